using static ActorCron.Node.Tests.Configuration.ConfigFolder;

namespace ActorCron.Node.Tests.Configuration;

/// <summary>The text form itself, through the loader: what is read, and where a fault is shown.</summary>
public sealed class HoconReaderTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Read(string text, Dictionary<string, string>? environment = null) =>
        Load([_folder.Write("c.conf", text)], environment).Akka.GetString("akka.x", "(nothing)");

    [Theory]
    [InlineData("akka.x = a", "a")]
    [InlineData("akka { x : a b  c # comment\n}", "a b  c")]
    [InlineData("{ akka { x = \"a\" } // comment\n }", "a")]
    [InlineData("akka { x { y = 1 } }, akka.x = 2", "2")]
    [InlineData("akka.x = \"\"\"a \"quoted\" \\ b\"\"\"", "a \"quoted\" \\ b")]
    [InlineData("akka.x =\n  1", "1")]
    [InlineData("akka.x = \"\\u00e9\"", "é")]
    [InlineData("\uFEFFakka.x = 1\r\n", "1")]
    [InlineData("akka.x = ${my.own}, my.own = 5", "5")]
    [InlineData("akka.x = ${my.own}/logs, my.own = /var", "/var/logs")]
    [InlineData("akka.x = ${my}, my = { y = 1 }, akka.x = scalar", "scalar")]
    // The environment comes second, a default third, and an absent optional one leaves the value below.
    [InlineData("akka.x = ${NAME}", "value")]
    [InlineData("akka.x = \"a-\"${NAME}\"-b\"", "a-value-b")]
    [InlineData("akka.x = 1\nakka.x = ${?NAME}", "value")]
    [InlineData("akka.x = 1\nakka.x = ${?ABSENT}", "1")]
    [InlineData("akka.x = ${?ABSENT}", "(nothing)")]
    [InlineData("akka.x = ${ABSENT:-other}", "other")]
    [InlineData("akka.x = ${NAME:-other}", "value")]
    [InlineData("akka.x = 1\nakka.x = ${?EMPTY}", "1")]
    public void Values_are_read(string text, string expected) =>
        Assert.Equal(expected, Read(text, new() { ["NAME"] = "value", ["EMPTY"] = "" }));

    [Fact]
    public void An_absent_variable_keeps_the_built_in_default()
    {
        var settings = Load([_folder.Write("c.conf", "actorcron.http.port = ${?HTTP_PORT}")]).Settings;

        Assert.Equal(9110, settings.Http.Port);
    }

    [Fact]
    public void Lists_grow_and_sections_merge()
    {
        var akka = Load([_folder.Write("c.conf", "akka.list = [a, b]\nakka.list += c\nbase { p = 1, q = 2 }\nakka.section = ${base} { q = 3 }\nakka.section.r = 4\nakka.both = ${akka.list} [d]")]).Akka;

        Assert.Equal(["a", "b", "c"], akka.GetStringList("akka.list"));
        Assert.Equal(["a", "b", "c", "d"], akka.GetStringList("akka.both"));
        Assert.Equal((1, 3, 4), (akka.GetInt("akka.section.p"), akka.GetInt("akka.section.q"), akka.GetInt("akka.section.r")));
    }

    [Fact]
    public void Includes_are_relative_to_the_file_that_names_them()
    {
        _folder.Write("deep/inner.conf", "akka { x = inner, y = inner }");
        _folder.Write("deep/outer.conf", "include required(file(\"inner.conf\"))\nakka.y = outer");

        var akka = Load([_folder.Write("c.conf", "include \"deep/outer.conf\"\ninclude-me = 1")]).Akka;

        Assert.Equal(("inner", "outer"), (akka.GetString("akka.x"), akka.GetString("akka.y")));
    }

    [Theory]
    [InlineData("actorcron {\n http {\n port = 1\n", "c.conf:2: the brace opened here (column 7) is never closed")]
    [InlineData("actorcron { }\n}", "c.conf:2: '}' closes nothing that was opened")]
    [InlineData("akka.x = [1, 2", "c.conf:1: the bracket opened here (column 10) is never closed")]
    [InlineData("akka.x = [1 }", "c.conf:1: '}' stands where ']' was due")]
    [InlineData("akka { x = 1 ]", "c.conf:1: ']' stands where '}' was due")]
    [InlineData("akka.x = \"a", "c.conf:1: the quote opened here (column 10) is never closed on its line")]
    [InlineData("akka.x = \"\"\"a", "these three quotes are never closed")]
    [InlineData("\nakka.x = amqp://host", "c.conf:2: ':' needs quotes around the whole value")]
    [InlineData("akka.x = */5 * * * *", "'*' needs quotes")]
    [InlineData("akka.x\nakka.y = 1", "c.conf:1: '=' is missing after akka.x")]
    [InlineData("akka.x", "'=' is missing after akka.x")]
    [InlineData("akka.x = \nakka.y = 1", "'=' needs quotes")]
    [InlineData("akka.x = ", "a value is missing")]
    [InlineData("akka. = 1", "a key ends with a dot")]
    [InlineData(" = 1", "a key was due, not '='")]
    [InlineData("akka.x = \"\\q\"", "'\\q' is no escape")]
    [InlineData("akka.x = \"\\u12\"", "\\u needs four hexadecimal digits")]
    [InlineData("akka.x = ${NAME", "this ${ is never closed")]
    [InlineData("akka.x = $NAME", "'$' needs quotes")]
    [InlineData("akka.x = ${}", "names no key or environment variable")]
    [InlineData("akka.x = ${ABSENT}", "c.conf:1: ${ABSENT} names neither a key of the configuration nor an environment variable")]
    [InlineData("akka.x = ${akka.y}, akka.y = ${akka.x}", "refers to itself")]
    [InlineData("akka.x = { a = 1 } text", "cannot stand beside each other")]
    [InlineData("{ } more = 1", "stands after the closing brace of the whole file")]
    [InlineData("include \"absent.conf\"", "absent.conf does not exist")]
    [InlineData("include \"c.conf\"", "includes itself")]
    [InlineData("include url(\"http://x\")", "only files can be included")]
    public void A_fault_is_shown_with_its_line(string text, string expected) =>
        Assert.Contains(Problems([_folder.Write("c.conf", text)]), problem => problem.Contains(expected));

    [Fact]
    public void Endless_nesting_is_refused()
    {
        var file = _folder.Write("c.conf", string.Concat(Enumerable.Repeat("a { ", 100_000)));

        Assert.Contains("nested deeper than 64", Assert.Single(Problems([file])));
    }

    [Fact]
    public void A_file_that_is_no_text_is_refused()
    {
        var file = Path.Combine(_folder.Path, "c.conf");
        File.WriteAllBytes(file, [0x61, 0xFF, 0xFE]);

        Assert.Contains("is not UTF-8 text", Assert.Single(Problems([file])));
        Assert.Contains("is a folder, not a file", Assert.Single(Problems([_folder.Path])));
    }
}

using System.CommandLine;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Parsing;

/// <summary>One command line being carried out: its values, the node it goes to, and where its answer is printed.</summary>
internal sealed class Call(ParseResult parse, PbmConsole console, NodeSettings settings) : IDisposable
{
    public PbmConsole Console => console;

    public NodeClient Node { get; } = new(settings, console.Time);

    public NodeSettings Settings => settings;

    public bool IsJson => settings.Output == OutputFormat.Json;

    public DateTimeOffset Now => console.Time.GetUtcNow();

    public T? Value<T>(Option<T> option) => parse.GetValue(option);

    public T Value<T>(Argument<T> argument) => parse.GetValue(argument)!;

    /// <summary>Whether the command line names the option (a flag's default is no answer).</summary>
    public bool Has(Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>A question on a terminal; without one the command line is the answer.</summary>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancelled)
    {
        if (!console.InIsTerminal) return true;
        await console.Error.WriteAsync($"{question} [y/N] ").ConfigureAwait(false);
        await console.Error.FlushAsync(cancelled).ConfigureAwait(false);
        using var reader = new StreamReader(console.In, leaveOpen: true);
        var answer = await reader.ReadLineAsync(cancelled).ConfigureAwait(false);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    /// <summary>What was done: the API's answer in JSON, else one line.</summary>
    public void Done(JsonElement answer, string line)
    {
        if (IsJson) JsonOutput.Write(console.Out, answer);
        else console.Out.WriteLine(Cell.Clean(line));
    }

    /// <summary>Rows: the API's answer in JSON, else a table, else the words for none.</summary>
    public void Rows(JsonElement answer, IReadOnlyList<Column> columns, IEnumerable<JsonElement> rows, string none)
    {
        if (IsJson)
        {
            JsonOutput.Write(console.Out, answer);
            return;
        }
        var all = rows.ToList();
        if (all.Count == 0) console.Error.WriteLine(none);
        else TableOutput.Write(console, columns, all);
    }

    /// <summary>One document: the API's JSON, else name and value.</summary>
    public void Document(JsonElement answer)
    {
        if (IsJson) JsonOutput.Write(console.Out, answer);
        else TableOutput.WritePairs(console, Pairs.Of(answer));
    }

    public void Dispose() => Node.Dispose();
}

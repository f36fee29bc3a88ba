using System.Text.RegularExpressions;

namespace ActorCron.Node.Tests.Api;

public sealed partial class DashboardTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiServer _api = fixture.Server;

    [Fact]
    public async Task The_page_loads_its_own_files_and_nothing_from_elsewhere()
    {
        var page = await _api.SendAsync("GET", "/");

        Assert.Equal((200, "text/html"), (page.Code, page.ContentType));
        Assert.StartsWith("default-src 'none'", page.Headers["Content-Security-Policy"]);
        var files = Links().Matches(page.Text).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files.Append("/dashboard/dom.js").Append("/dashboard/node.js"))
        {
            Assert.StartsWith("/dashboard/", file);
            var answer = await _api.SendAsync("GET", file);
            Assert.Equal(200, answer.Code);
            Assert.DoesNotContain("http", answer.Text.Replace("http://www.w3.org/2000/svg", ""));
            Assert.DoesNotContain("innerHTML", answer.Text);
        }
        Assert.DoesNotMatch("<script(?![^>]*src=)|<style| on[a-z]+=|style=", page.Text);
    }

    [Fact]
    public async Task An_unchanged_file_is_not_sent_twice()
    {
        var first = await _api.SendAsync("GET", "/dashboard/app.js");

        Assert.Equal(304, (await _api.SendAsync("GET", "/dashboard/app.js", headers: ("If-None-Match", first.Headers["ETag"]))).Code);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Links();
}

using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Parsing;

/// <summary>A list of the API, page by page, so that a million schedules need the memory of one page.</summary>
internal sealed class Paging
{
    private const int PageSize = 500;

    public Paging(int? defaultLimit)
    {
        var help = defaultLimit is null ? "At most so many. [default: all]" : "At most so many; 0 for all.";
        Limit = NumberOption.Create(["--limit", "-n"], help, 0, int.MaxValue, defaultLimit);
    }

    public Option<int?> Limit { get; }

    public Option<string?> After { get; } = new("--after") { HelpName = "NEXT", Description = "Go on after an earlier list, with the 'next' that it printed." };

    /// <summary>Prints all pages: JSON as one page of the API, a table with one heading.</summary>
    /// <param name="call">The command line.</param>
    /// <param name="path">The list, for each page anew.</param>
    /// <param name="columns">The table's columns.</param>
    /// <param name="none">What to say, on standard error, when there is nothing.</param>
    /// <param name="cancelled">Ctrl+C.</param>
    public async Task PrintAsync(Call call, Func<ApiPath> path, IReadOnlyList<Column> columns, string none, CancellationToken cancelled)
    {
        var pages = PagesAsync(call, path, cancelled);
        string? next = null;
        if (call.IsJson)
        {
            await JsonOutput.WritePagesAsync(call.Console.Out, pages, cancelled).ConfigureAwait(false);
            return;
        }
        var (table, isEmpty) = (new TableOutput(call.Console, columns), true);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            next = page.Text("next");
            var rows = page.List("items").ToList();
            if (rows.Count == 0) continue;
            table.Write(rows);
            isEmpty = false;
        }
        if (isEmpty) await call.Console.Error.WriteLineAsync(none).ConfigureAwait(false);
        if (next is not null) await call.Console.Error.WriteLineAsync($"There are more: --after {Cell.Clean(next)}, or --limit 0.").ConfigureAwait(false);
    }

    private async IAsyncEnumerable<JsonElement> PagesAsync(Call call, Func<ApiPath> path, [EnumeratorCancellation] CancellationToken cancelled)
    {
        var left = call.Value(Limit) is > 0 and var limit ? limit : int.MaxValue;
        var after = call.Value(After);
        while (left > 0)
        {
            var page = await call.Node.GetAsync(path().With("limit", Math.Min(left, PageSize)).With("after", after), cancelled).ConfigureAwait(false);
            yield return page;
            left -= page.List("items").Count();
            var next = page.Text("next");
            if (string.IsNullOrEmpty(next) || next == after) yield break; // A node that repeats itself would never end.
            after = next;
        }
    }
}

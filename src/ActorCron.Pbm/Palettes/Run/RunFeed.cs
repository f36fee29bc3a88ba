using System.Net;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Palettes.Run;

/// <summary>The newest runs, again and again: prints each run when it appears and when its state or attempt changes, oldest first.</summary>
/// <param name="call">The command line.</param>
/// <param name="path">The list with its filters.</param>
/// <param name="first">How many older runs to begin with.</param>
internal sealed class RunFeed(Call call, Func<ApiPath> path, int first)
{
    private const int PageSize = 200;
    private const int MostPages = 50; // a pause of the network may hide 10,000 runs; beyond that 'run list' is the tool
    private const int MostUnfinished = 20;
    private const int Remembered = 50_000;
    private readonly Dictionary<string, string> _seen = [];
    private readonly Queue<string> _order = [];
    private readonly List<string> _unfinished = [];
    private readonly TableOutput _table = new(call.Console, RunColumns.For(call.Console.Time));
    private bool _isFirstRound = true;

    public Task FollowAsync(TimeSpan interval, CancellationToken cancelled) =>
        Polling.UntilAsync(call, interval, AskAsync, cancelled);

    private async Task<bool> AskAsync(CancellationToken cancelled)
    {
        var (news, pages) = (new List<JsonElement>(), new HashSet<string>());
        string? after = null;
        for (var page = 0; page < MostPages; page++)
        {
            var size = _isFirstRound ? Math.Clamp(first, 1, PageSize) : PageSize;
            var answer = await call.Node.GetAsync(path().With("limit", size).With("after", after), cancelled).ConfigureAwait(false);
            var runs = answer.List("items").ToList();
            news.AddRange(runs.Where(IsNews));
            pages.UnionWith(runs.Select(run => run.Text("runId")).OfType<string>());
            after = answer.Text("next");
            // A page with a run that is known reaches back to what was printed.
            if (_isFirstRound || string.IsNullOrEmpty(after) || runs.Any(run => run.Text("runId") is { } id && _seen.ContainsKey(id))) break;
        }
        news.Reverse();
        news.InsertRange(0, await LookAfterUnfinishedAsync(pages, cancelled).ConfigureAwait(false));
        foreach (var run in news) Remember(run);
        Print(news);
        _isFirstRound = false;
        return true;
    }

    // A long run is pushed off the pages by newer ones; its end is asked for by its id, the oldest first.
    private async Task<List<JsonElement>> LookAfterUnfinishedAsync(HashSet<string> pages, CancellationToken cancelled)
    {
        var changed = new List<JsonElement>();
        foreach (var id in _unfinished.Where(id => !pages.Contains(id)).Take(MostUnfinished).ToList())
        {
            try
            {
                var run = await call.Node.GetAsync(ApiPath.Of("runs", id), cancelled).ConfigureAwait(false);
                if (IsNews(run)) changed.Add(run);
            }
            catch (NodeRefusedException e) when (e.Problem.Status == HttpStatusCode.NotFound)
            {
                _unfinished.Remove(id); // its retention has ended
            }
        }
        return changed;
    }

    private static string Version(JsonElement run) => $"{run.Text("state")} {run.Text("attempt")}";

    private bool IsNews(JsonElement run) =>
        run.Text("runId") is { } id && (!_seen.TryGetValue(id, out var version) || version != Version(run));

    private void Remember(JsonElement run)
    {
        var id = run.Text("runId")!;
        if (_seen.TryAdd(id, "")) _order.Enqueue(id);
        _seen[id] = Version(run);
        if (RunFollower.HasEnded(run.Text("state"))) _unfinished.Remove(id);
        else if (!_unfinished.Contains(id)) _unfinished.Add(id);
        if (_order.Count > Remembered) _seen.Remove(_order.Dequeue());
    }

    private void Print(List<JsonElement> news)
    {
        if (news.Count == 0 || call.IsJson)
        {
            foreach (var run in news) JsonOutput.WriteLine(call.Console.Out, run);
            return;
        }
        _table.Write(news);
    }
}

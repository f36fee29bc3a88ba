using System.Globalization;
using ActorCron.Simulation.Engine;

namespace ActorCron.Simulation.Judging;

/// <summary>What happened, in lines; kept only when a failing seed is run again.</summary>
public sealed class Story(EventLoop loop)
{
    private readonly List<(long At, string Text)> _lines = [];

    public void Add(string text) => _lines.Add((loop.Now, text));

    /// <summary>The lines that concern a subject, and what happened to nodes, store and broker; the newest so many.</summary>
    public IEnumerable<string> About(string subject, int most)
    {
        var picked = _lines.FindAll(line => subject.Length == 0 || line.Text.Contains(subject, StringComparison.Ordinal) || IsOfAll(line.Text));
        foreach (var (at, text) in picked.Skip(Math.Max(0, picked.Count - most)))
            yield return $"{World.Epoch.AddTicks(at).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)} {Short(text)}";
    }

    private static bool IsOfAll(string text) => !text.Contains("shard ", StringComparison.Ordinal) && !text.Contains(": TickDispatched", StringComparison.Ordinal)
        && !text.Contains(" of queue ", StringComparison.Ordinal) && !text.Contains('@') && !text.Contains("catalog ", StringComparison.Ordinal);

    private static string Short(string text) => text.Length <= 500 ? text : text[..500] + " …";
}

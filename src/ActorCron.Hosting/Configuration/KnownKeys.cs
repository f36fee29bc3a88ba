using System.Collections.Immutable;
using ActorCron.Hosting.Configuration.Hocon;

namespace ActorCron.Hosting.Configuration;

/// <summary>Every key that <c>actorcron { }</c> may hold, taken from the built-in reference, and the environment variable of each.</summary>
internal sealed class KnownKeys
{
    private static readonly string[] QueueKeys = ["external", "max-concurrency", "rate"];
    private readonly HoconObject _reference;

    public KnownKeys(HoconObject reference)
    {
        _reference = (HoconObject)reference.Values["actorcron"];
        var all = new List<(string Key, HoconValue Value)>();
        Collect(_reference, "", all);
        ListKeys = [.. all.Where(key => key.Value is HoconList).Select(key => "actorcron." + key.Key)];
        Variables = all.Where(key => key.Value is not HoconObject).ToImmutableSortedDictionary(key => Variable(key.Key), key => "actorcron." + key.Key, StringComparer.Ordinal);
        Paths = [.. all.Select(key => key.Key)];
    }

    /// <summary>Full key by environment variable.</summary>
    public ImmutableSortedDictionary<string, string> Variables { get; }

    /// <summary>Full keys whose value is a list.</summary>
    public ImmutableHashSet<string> ListKeys { get; }

    private ImmutableArray<string> Paths { get; }

    /// <summary>Whether a key below <c>actorcron</c> starts with one of its sections.</summary>
    public bool IsSection(string firstPart) => _reference.Values.ContainsKey(firstPart);

    /// <summary>Adds a problem for each key of a layer that no one reads.</summary>
    public void Check(HoconObject layer, List<ConfigProblem> problems)
    {
        foreach (var (key, value) in layer.Values)
        {
            if (IsSection(key)) problems.Add(new ConfigProblem(key, "stands outside actorcron { } and would change nothing; move it in", value.Origin));
        }
        if (layer.Values.GetValueOrDefault("actorcron") is HoconObject settings) Check(settings, _reference, "", problems);
    }

    private void Check(HoconObject given, HoconObject known, string prefix, List<ConfigProblem> problems)
    {
        foreach (var (key, value) in given.Values)
        {
            var path = prefix + key;
            if (path.StartsWith("jobs.shell.env.", StringComparison.Ordinal)) continue;
            if (prefix == "queues.") CheckQueue(path, value, problems);
            else if (path is "jobs.shell.env" or "queues" && value is HoconObject free) Check(free, free, path + ".", problems);
            else if (!known.Values.TryGetValue(key, out var expected)) AddUnknown(path, value, problems);
            else if (value is HoconObject inner && expected is HoconObject section) Check(inner, section, path + ".", problems);
        }
    }

    private void CheckQueue(string path, HoconValue queue, List<ConfigProblem> problems)
    {
        if (queue is not HoconObject section)
        {
            problems.Add(new ConfigProblem($"actorcron.{path}", $"must be a section with {string.Join(", ", QueueKeys)}", queue.Origin));
            return;
        }
        foreach (var (key, value) in section.Values)
        {
            if (!QueueKeys.Contains(key)) AddUnknown($"{path}.{key}", value, problems, [.. QueueKeys.Select(known => $"{path}.{known}")]);
        }
    }

    private void AddUnknown(string path, HoconValue value, List<ConfigProblem> problems, ImmutableArray<string>? candidates = null) =>
        problems.Add(new ConfigProblem($"actorcron.{path}", $"is no known key; the nearest is actorcron.{NearestWord.Of(path, candidates ?? Paths)}", value.Origin));

    private static void Collect(HoconObject section, string prefix, List<(string, HoconValue)> all)
    {
        foreach (var (key, value) in section.Values)
        {
            all.Add((prefix + key, value));
            if (value is HoconObject inner) Collect(inner, prefix + key + ".", all);
        }
    }

    private static string Variable(string key) => "ACTORCRON_" + key.Replace('.', '_').Replace('-', '_').ToUpperInvariant();
}

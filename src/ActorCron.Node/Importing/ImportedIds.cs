using ActorCron.Core;

namespace ActorCron.Node.Importing;

/// <summary>On which line of an import each id stood first. Keeps a hash of each, so that a million lines take some 30 MB.</summary>
internal sealed class ImportedIds
{
    private readonly Dictionary<ulong, int> _lines = [];

    /// <summary>Null for a new id; else what is wrong with naming it again.</summary>
    public string? Problem(string id, int line) => _lines.TryAdd(StableHash.Of(id), line)
        ? null
        : $"id: \"{id}\" stands on line {_lines[StableHash.Of(id)]} already, and an import names each id once: line {line} is not taken";
}

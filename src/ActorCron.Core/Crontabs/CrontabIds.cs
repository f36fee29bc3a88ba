using System.Security.Cryptography;
using System.Text;
using ActorCron.Core.Text;

namespace ActorCron.Core.Crontabs;

/// <summary>Gives the lines of one file their ids.</summary>
internal sealed class CrontabIds(string prefix)
{
    private const int HashCharacters = 12;

    // The line of each id.
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _occurrences = new(StringComparer.Ordinal);

    /// <summary>The id of a named line, or what is wrong with the name.</summary>
    public string? Named(string name, int line, out FieldProblem? problem)
    {
        var id = prefix + name;
        problem = name.Length == 0 ? new FieldProblem("name", "must not be empty") : NameSyntax.ScheduleId("name", id) ?? NameSyntax.ReservedId("name", id);
        if (problem is { Position: { } at }) problem = problem with { Position = Math.Max(at - prefix.Length, 1) };
        if (problem is null && !_taken.TryAdd(id, line)) problem = new FieldProblem("name", $"\"{name}\" is the name of line {_taken[id]}, too");
        return problem is null ? id : null;
    }

    /// <summary>The id of a line without a name: a hash of its words, so that it may move about the file; from the second of equal lines on with a number.</summary>
    public string Hashed(string identity, int line)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..HashCharacters];
        string id;
        do
        {
            var count = _occurrences[hash] = _occurrences.GetValueOrDefault(hash) + 1;
            id = count == 1 ? prefix + hash : $"{prefix}{hash}-{count}";
        }
        while (!_taken.TryAdd(id, line));
        return id;
    }
}

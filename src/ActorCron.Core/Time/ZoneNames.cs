using System.Collections.Concurrent;
using System.Security;
using ActorCron.Core.Text;

namespace ActorCron.Core.Time;

/// <summary>Finds zones by their IANA ids and nothing else.</summary>
internal static class ZoneNames
{
    private const int LongestId = 64;
    private const int MostGuessed = 1024;

    private static readonly ConcurrentDictionary<string, string?> Guessed = new(StringComparer.Ordinal);

    /// <summary>Files beside the zones: other clocks (leap seconds), or whatever this machine is set to.</summary>
    private static readonly string[] NotZones = ["posix/", "right/", "localtime", "posixrules", "Factory"];

    /// <summary>What there is to guess from, and the last part of each.</summary>
    private static readonly Lazy<(string[] Ids, string[] Places)> Known = new(() =>
    {
        string[] ids = [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id)];
        return (ids, [.. ids.Select(PlaceOf)]);
    });

    /// <summary>The clock of a zone, or what is wrong with the id.</summary>
    public static bool TryFind(string? id, out ZoneClock? clock, out string problem)
    {
        clock = null;
        problem = "";
        if (string.IsNullOrWhiteSpace(id))
        {
            problem = "names no zone: write an IANA id such as Europe/Berlin, or UTC";
            return false;
        }
        if (id.Equals("utc", StringComparison.OrdinalIgnoreCase)) id = "UTC";
        // The case is checked here because TimeZoneInfo's answer to europe/berlin depends on what was asked for before.
        if (IsWellFormed(id) && Load(id) is { } zone && zone.Id == id)
        {
            clock = ZoneClock.Of(zone);
            return true;
        }
        // Imports name one wrong zone many thousand times; guessing what was meant costs more than all the rest of a line.
        if (Guessed.Count >= MostGuessed) Guessed.Clear();
        var meant = id.Length > LongestId ? null : Guessed.GetOrAdd(id, static id => Meant(id));
        problem = $"'{OddCharacters.Reveal(id.Length <= LongestId ? id : id[..LongestId] + "…")}' is no time zone: write an IANA id such as Europe/Berlin{(meant is null ? "" : $"; did you mean '{meant}'?")}";
        return false;
    }

    private static bool IsWellFormed(string id) =>
        id.Length <= LongestId
        && char.IsAsciiLetter(id[0])
        && id.All(unit => char.IsAsciiLetterOrDigit(unit) || unit is '/' or '_' or '+' or '-')
        && !NotZones.Any(other => id.StartsWith(other, StringComparison.Ordinal));

    private static TimeZoneInfo? Load(string id)
    {
        try
        {
            return TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;
        }
        // A folder or an unreadable file of that name.
        catch (Exception e) when (e is InvalidTimeZoneException or SecurityException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Meant(string id)
    {
        var known = Known.Value;
        var place = PlaceOf(id).Trim().Replace(' ', '_');
        return Array.Find(known.Ids, other => other.Equals(id, StringComparison.OrdinalIgnoreCase))
            ?? IdOf(Array.Find(known.Places, other => other.Equals(place, StringComparison.OrdinalIgnoreCase)))
            ?? NearestName.Of(id, known.Ids)
            ?? IdOf(NearestName.Of(place, known.Places));

        string? IdOf(string? found) => found is null ? null : known.Ids[Array.IndexOf(known.Places, found)];
    }

    private static string PlaceOf(string id) => id[(id.LastIndexOf('/') + 1)..];
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorCron.Core.Runs;

/// <summary>Runs that are named by a key which their asker chose, so that asking again finds the run of the first time. The day is part of
/// the name: a key counts for <see cref="Lifetime"/>, and is then as good as new.</summary>
public static class TriggerKeys
{
    /// <summary>How long the same key answers with the same run.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The longest key, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>The id of the run that a key makes today.</summary>
    /// <param name="schedule">The schedule's id.</param>
    /// <param name="key">As its asker wrote it.</param>
    /// <param name="now">UTC.</param>
    public static string Today(string schedule, string key, DateTimeOffset now) => Of(schedule, key, DayOf(now));

    /// <summary>The id of the run that it made yesterday, if it did: some of those are younger than <see cref="Lifetime"/>.</summary>
    public static string Yesterday(string schedule, string key, DateTimeOffset now) => Of(schedule, key, DayOf(now) - 1);

    private static long DayOf(DateTimeOffset now) => now.UtcTicks / TimeSpan.TicksPerDay;

    // Names of runs that are stored: it must never change.
    private static string Of(string schedule, string key, long day)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{schedule}\n{day}\n{key}");
        return RunId.ForTrigger(schedule, new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16), bigEndian: true));
    }
}

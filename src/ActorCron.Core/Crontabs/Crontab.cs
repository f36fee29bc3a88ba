using System.Collections.Immutable;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Crontabs;

/// <summary>One line that became a schedule.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Schedule">A shell job; its id is the prefix and the line's name or hash.</param>
public sealed record CrontabEntry(int Line, Schedule Schedule);

/// <summary>What a reader of the file should know: where a line means something else here than to cron, and what became of well-known variables.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Message">In words.</param>
public sealed record CrontabNote(int Line, string Message);

/// <summary>Why a line was not taken.</summary>
/// <param name="Line">From 1; 0 for the options.</param>
/// <param name="Column">In characters from 1; 0 for the options.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record CrontabProblem(int Line, int Column, string Message);

/// <summary>A crontab as cron reads it (crontab(5)): the good lines as schedules, the bad ones as problems.</summary>
public sealed record Crontab
{
    /// <summary>The most problems and the most notes that are kept; the counts go on.</summary>
    public const int MaxMessages = 1000;

    public required CrontabOptions Options { get; init; }
    public ImmutableArray<CrontabEntry> Entries { get; init; } = [];
    public ImmutableArray<CrontabNote> Notes { get; init; } = [];
    public ImmutableArray<CrontabProblem> Problems { get; init; } = [];
    /// <summary>All problems, also those beyond <see cref="MaxMessages"/>.</summary>
    public int ProblemCount { get; init; }

    /// <summary>Ids of named lines that were not taken: their earlier schedules are not gone from the file.</summary>
    public ImmutableHashSet<string> UnreadIds { get; init; } = [];
    /// <summary>Whether a line without a name was not taken: which earlier schedule it was cannot be told.</summary>
    public bool HasUnreadLines { get; init; }

    /// <summary>Reads a whole file. Never throws; time and memory are bounded by the length of the text.</summary>
    /// <param name="text">The file; line ends LF, CRLF or CR, the last one may be missing.</param>
    /// <param name="options">How its lines become schedules.</param>
    public static Crontab Parse(string text, CrontabOptions options) => new CrontabReader(options).Read(text);
}

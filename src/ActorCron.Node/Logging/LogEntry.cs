namespace ActorCron.Node.Logging;

/// <summary>One line of the node's log.</summary>
/// <param name="Sequence">Grows by one a line, from 1.</param>
/// <param name="At">UTC.</param>
/// <param name="Level">How serious.</param>
/// <param name="Source">Who says it.</param>
/// <param name="Message">In one line or several; an exception's text follows it.</param>
public sealed record LogEntry(long Sequence, DateTimeOffset At, LogLevel Level, string Source, string Message);

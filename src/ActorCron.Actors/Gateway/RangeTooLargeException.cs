namespace ActorCron.Actors.Gateway;

/// <summary>A range of time names more occurrences than one question or command takes. A part of the answer would look like the
/// whole.</summary>
public sealed class RangeTooLargeException(int most, DateTimeOffset last) : Exception($"The range names more than {most} occurrences.")
{
    /// <summary>How many may be asked for at once.</summary>
    public int Most { get; } = most;

    /// <summary>The last occurrence that a range from the same start may hold. UTC.</summary>
    public DateTimeOffset Last { get; } = last;
}

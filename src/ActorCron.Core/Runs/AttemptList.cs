namespace ActorCron.Core.Runs;

/// <summary>Attempts that are equal when each of them is, so that a record which is read again equals the one that was written.</summary>
internal readonly struct AttemptList(IReadOnlyList<RunAttempt>? attempts) : IEquatable<AttemptList>
{
    public IReadOnlyList<RunAttempt>? Attempts => attempts;

    public bool Equals(AttemptList other) =>
        Attempts is { } mine ? other.Attempts is { } others && mine.SequenceEqual(others) : other.Attempts is null;
    public override bool Equals(object? obj) => obj is AttemptList other && Equals(other);
    public override int GetHashCode() => Attempts?.Count ?? -1;
}

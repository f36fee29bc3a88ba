namespace ActorCron.Actors.Gateway;

/// <summary>How a part does on which a node depends.</summary>
public enum PartStatus
{
    /// <summary>It does its work.</summary>
    Ok,

    /// <summary>It does its work, not all of it or not well.</summary>
    Degraded,

    /// <summary>It answers, and yet nothing moves.</summary>
    Blocked,

    /// <summary>It does not answer.</summary>
    Away,
}

/// <summary>A part's health.</summary>
/// <param name="Status">How it does.</param>
/// <param name="Reason">Why, in words; null where all is well. Anyone may read it: it names no host and no user.</param>
public sealed record PartHealth(PartStatus Status, string? Reason = null)
{
    /// <summary>All is well.</summary>
    public static PartHealth Ok { get; } = new(PartStatus.Ok);

    /// <summary>The status as answers have it.</summary>
    public string StatusName => Status switch
    {
        PartStatus.Ok => "ok",
        PartStatus.Degraded => "degraded",
        PartStatus.Blocked => "blocked",
        _ => "away",
    };

    /// <inheritdoc/>
    public override string ToString() => Reason is null ? StatusName : $"{StatusName} ({Reason})";
}

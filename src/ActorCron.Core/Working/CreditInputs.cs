// What a consumer's plan is told. SetCredit, StopTaking, AcceptDelivery and SettleDelivery come from the worker as they are.
namespace ActorCron.Core.Working;

/// <summary>A consumer begins; its first message.</summary>
public sealed record ConsumerBegan
{
    /// <summary>The only one.</summary>
    public static readonly ConsumerBegan Instance = new();
}

/// <summary>A stream has brought a delivery.</summary>
/// <param name="Stream">Which stream.</param>
/// <param name="Delivery">What the shell settles it by; the plan only keeps it.</param>
public sealed record Delivered(long Stream, object Delivery);

/// <summary>A stream that was to take no more (<see cref="DrainStream"/>) takes no more; what it brought can still be settled.</summary>
public sealed record StreamDrained(long Stream);

/// <summary>A stream is over: what it brought and nobody settled is with the broker again.</summary>
/// <param name="Stream">Which.</param>
/// <param name="Failure">Why; null where all that it had brought was settled, or its broker closed it.</param>
public sealed record StreamEnded(long Stream, string? Failure);

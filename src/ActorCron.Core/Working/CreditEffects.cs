using ActorCron.Core.Machines;

// What a consumer's plan wants done.
namespace ActorCron.Core.Working;

/// <summary>Begin to take deliveries, never more than the credit unsettled; <see cref="Delivered"/> and <see cref="StreamEnded"/> follow.</summary>
public sealed record OpenStream(long Stream, int Credit) : Effect;

/// <summary>Take no more through a stream; <see cref="StreamDrained"/> follows.</summary>
public sealed record DrainStream(long Stream) : Effect;

/// <summary>Hand a delivery to the worker (<see cref="DeliveryTaken"/>).</summary>
public sealed record HandToWorker(long Number, object Delivery) : Effect;

/// <summary>Settle a delivery with the broker.</summary>
public sealed record SettleAtBroker(object Delivery, Settlement How, string? Reason) : Effect;

/// <summary>Tell the worker.</summary>
public sealed record TellWorker(object Message) : Effect;

namespace ActorCron.Actors.Gateway;

/// <summary>What any node can ask of the cluster, whichever node holds the actor that answers. Every call ends within a bound:
/// <see cref="UnavailableException"/> where the scheduler, the store or the broker is away; nothing has then been promised.</summary>
public interface ICronGateway : IScheduleGateway, IOccurrenceGateway, IRunGateway, IOperationsGateway;

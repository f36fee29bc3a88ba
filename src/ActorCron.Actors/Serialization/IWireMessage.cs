namespace ActorCron.Actors.Serialization;

/// <summary>Crosses nodes or is stored: bound to <see cref="ActorCronSerializer"/>, with a manifest of its own in its table.</summary>
public interface IWireMessage;

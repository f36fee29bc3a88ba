namespace ActorCron.Core.Messages;

/// <summary>Crosses nodes or is stored: bound to the product's own serializer, with a manifest of its own in its table.</summary>
public interface IWireMessage;

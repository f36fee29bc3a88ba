namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>Takes a case out for stores of a type, which then is reported as skipped with the reason.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ExceptOnAttribute(Type store, string reason) : Attribute
{
    public Type Store { get; } = store;

    public string Reason { get; } = reason;
}

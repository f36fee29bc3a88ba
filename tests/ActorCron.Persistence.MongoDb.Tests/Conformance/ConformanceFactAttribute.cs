using Xunit.Sdk;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>A case of a suite over <see cref="Stores.IStoreKind"/>. It is reported as skipped, with the reason, where the
/// kind of store cannot be had, or where <see cref="ExceptOnAttribute"/> takes it out.</summary>
[XunitTestCaseDiscoverer("ActorCron.Persistence.MongoDb.Tests.Conformance.ConformanceFactDiscoverer", "ActorCron.Persistence.MongoDb.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceFactAttribute : FactAttribute;

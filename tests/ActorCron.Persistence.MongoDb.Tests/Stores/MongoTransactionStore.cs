namespace ActorCron.Persistence.MongoDb.Tests.Stores;

/// <summary>The same with <c>use-write-transaction = on</c>, which needs a replica set.</summary>
public sealed class MongoTransactionStore : MongoStore, IStoreKind
{
    public static new string? WhyNot => MongoServer.WhyNoTransactions;

    protected override string Transactions => "on";
}

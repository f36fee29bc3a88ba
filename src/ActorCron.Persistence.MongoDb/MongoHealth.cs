using Akka.Persistence;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Asks the primary whether it is there.</summary>
internal static class MongoHealth
{
    public static async Task<PersistenceHealthCheckResult> CheckAsync(
        MongoConnection connection, TimeSpan timeout, CancellationToken cancelled)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        deadline.CancelAfter(timeout);
        try
        {
            await connection.Database.RunCommandAsync<BsonDocument>(
                new BsonDocument("ping", 1), ReadPreference.Primary, deadline.Token);
            return new(PersistenceHealthStatus.Healthy, $"MongoDB at {connection.Where} answers", null, null);
        }
        catch (Exception e) when (!cancelled.IsCancellationRequested)
        {
            var why = e is OperationCanceledException ? $"no answer within {timeout.TotalSeconds:0} s" : TransientErrors.Describe(e);
            return new(PersistenceHealthStatus.Unhealthy, $"MongoDB at {connection.Where}: {why}", e, null);
        }
    }
}

using System.Net.Sockets;
using MongoDB.Driver;

namespace ActorCron.Persistence.MongoDb;

/// <summary>Which failures pass by themselves: the server is away, the primary changes, the pool is exhausted.</summary>
internal static class TransientErrors
{
    // Server codes that name a passing state although the driver has no exception type for them.
    private static readonly HashSet<int> Codes =
    [
        6,      // HostUnreachable
        7,      // HostNotFound
        64,     // WriteConcernFailed: stored, but not yet on a majority
        89,     // NetworkTimeout
        91,     // ShutdownInProgress
        112,    // WriteConflict
        134,    // ReadConcernMajorityNotAvailableYet
        189,    // PrimarySteppedDown
        251,    // NoSuchTransaction
        262,    // ExceededTimeLimit
        9001,   // SocketException
        10107,  // NotWritablePrimary
        11600,  // InterruptedAtShutdown
        11602,  // InterruptedDueToReplStateChange
        13388,  // StaleConfig
        13435,  // NotPrimaryNoSecondaryOk
        13436,  // NotPrimaryOrSecondary
    ];

    public static bool IsTransient(Exception e) => e switch
    {
        MongoAuthenticationException => false,
        MongoBulkWriteException bulk => bulk.WriteErrors.Count == 0 && bulk.WriteConcernError is not null,
        MongoWriteException write => write.WriteError is null && write.WriteConcernError is not null,
        MongoWriteConcernException => true,
        MongoConnectionException or MongoNotPrimaryException or MongoNodeIsRecoveringException => true,
        MongoWaitQueueFullException or MongoConnectionPoolPausedException => true,
        MongoExecutionTimeoutException or MongoCursorNotFoundException => true,
        MongoCommandException command => Codes.Contains(command.Code) || HasRetryLabel(command),
        MongoException other => HasRetryLabel(other),
        TimeoutException or IOException or SocketException => true,
        _ => false,
    };

    /// <summary>The cause worth reading in one line; the driver's own texts run to a page of cluster state.</summary>
    public static string Describe(Exception e)
    {
        var root = e is MongoConnectionException { InnerException: { } inner } ? inner : e;
        var text = root.Message;
        if (root is TimeoutException && text.Contains("HeartbeatException", StringComparison.Ordinal))
            text = SelectionTimeout(text);
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= 300 ? line : line[..300] + "…";
    }

    private static bool HasRetryLabel(MongoException e) =>
        e.HasErrorLabel("RetryableWriteError") || e.HasErrorLabel("TransientTransactionError") ||
        e.HasErrorLabel("UnknownTransactionCommitResult");

    // "A timeout occurred after 5000ms selecting a server … HeartbeatException: \"…: Connection refused 127.0.0.1:1\n at …"
    private static string SelectionTimeout(string text)
    {
        var cause = text.Split("---> ", StringSplitOptions.None)[^1].Split('\n')[0].Trim();
        return "no server could be selected: " + cause;
    }
}

using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// Restarts sources with backoff, as <see cref="RestartSource"/> does, but only after failures that time can heal: an
/// <see cref="AmqpException"/> that is not <see cref="AmqpException.IsTransient"/>, such as a queue declared otherwise, fails the
/// stream at once. Completion is passed on and not restarted. Flows that publish restart by themselves (<see cref="AmqpPublishSettings.Restart"/>).
/// </summary>
public static class AmqpRestart
{
    /// <summary>A source that comes back. The factory runs for each start; take hold of the materialized value there, with
    /// <c>MapMaterializedValue</c>.</summary>
    public static Source<T, NotUsed> Source<T, TMat>(Func<Source<T, TMat>> factory, RestartSettings settings) =>
        RestartSource.OnFailuresWithBackoff(() => factory().Via(Catch<T>()), settings).Select(Rethrow);

    // The restart knows no exceptions to the rule, so a failure that must end it passes through it as an element.
    private static Flow<T, (T? Element, Exception? Failure), NotUsed> Catch<T>() =>
        Akka.Streams.Dsl.Flow.Create<T>()
            .Select(element => ((T?)element, (Exception?)null))
            .Recover(e => e is AmqpException { IsTransient: false } ? (default, e) : Akka.Util.Option<(T?, Exception?)>.None);

    private static T Rethrow<T>((T? Element, Exception? Failure) either) => either.Failure is null ? either.Element! : throw either.Failure;
}

using ActorCron.Actors.Brokers;
using ActorCron.Actors.Serialization;
using ActorCron.Core;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Actors.Working;

/// <summary>Carries what outside workers report to the shards; a report is acknowledged once its shard has stored it.</summary>
public sealed class ResultsConsumer : ReceiveActor, IWithTimers
{
    private static readonly BackOff Pauses = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));
    private const int AtOnce = 64;
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ActorSystem _system = Context.System;
    private readonly IRunBroker _broker;
    private readonly IActorRef _shards;
    private readonly ActorMaterializer _materializer = Context.Materializer();
    private int _failures;

    public ResultsConsumer(IRunBroker broker, IActorRef shards)
    {
        (_broker, _shards) = (broker, shards);
        Receive<Open>(_ => OnOpen());
        Receive<Taken>(_ => _failures = 0);
        Receive<Ended>(OnEnded);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Self.Tell(Open.Instance);

    private void OnOpen()
    {
        var self = Self;
        _broker.Results()
            .SelectAsyncUnordered(AtOnce, async result =>
            {
                self.Tell(Taken.Instance);
                await Settle(result);
                return Akka.NotUsed.Instance;
            })
            .RunWith(Sink.Ignore<Akka.NotUsed>(), _materializer)
            .PipeTo(self, self, () => new Ended(null), cause => new Ended(cause));
    }

    private async Task Settle(ResultDelivery result)
    {
        try
        {
            var report = new ReportExternal(RunShards.Of(result.RunId), result.RunId, result.Attempt, result.HasEnded, result.Result, result.Worker);
            var parts = Parcels.Parts(report, report.Shard, _system);
            foreach (var part in parts.SkipLast(1)) _shards.Tell(part, ActorRefs.NoSender);
            await _shards.Ask<ExternalStored>(parts[^1], AskTimeout);
            await result.AckAsync();
        }
        catch (AskTimeoutException)
        {
            // The shard is away for now: the broker keeps the report meanwhile.
            await result.RequeueAsync();
        }
    }

    private void OnEnded(Ended ended)
    {
        if (_failures++ == 0 && ended.Cause is not null) _log.Warning("No results of outside workers are taken ({0}); tried again until they are", ended.Cause.Message);
        Timers.StartSingleTimer(nameof(Open), Open.Instance, Pauses.After(_failures));
    }

    private sealed record Open : INoSerializationVerificationNeeded { public static readonly Open Instance = new(); }
    private sealed record Taken : INoSerializationVerificationNeeded { public static readonly Taken Instance = new(); }
    private sealed record Ended(Exception? Cause) : INoSerializationVerificationNeeded;
}

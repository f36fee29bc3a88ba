using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// <code>
/// starting ──► consuming ──drain, cancel──► draining ──all settled, deadline──► complete
///     │            │                                    │
///     └──channel lost, consumer cancelled──► failed     └──channel lost──► complete
/// </code>
/// </summary>
internal sealed class CommittableSourceStage(AmqpConnectionProvider provider, AmqpSourceSettings settings)
    : GraphStageWithMaterializedValue<SourceShape<CommittableMessage>, AmqpSourceControl>
{
    private Outlet<CommittableMessage> Out { get; } = new("AmqpSource.out");

    public override SourceShape<CommittableMessage> Shape => new(Out);

    public override ILogicAndMaterializedValue<AmqpSourceControl> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, provider, settings);
        return new LogicAndMaterializedValue<AmqpSourceControl>(logic, logic.Control);
    }

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string Deadline = "deadline";

        private readonly Outlet<CommittableMessage> _out;
        private readonly ConsumerSession _session;
        private readonly CancellationTokenSource _stopped = new();
        private readonly WakeSignal _wake = new();
        private DrainOutcome _outcome = DrainOutcome.Interrupted;
        private Task _starting = Task.CompletedTask;
        private Exception? _failure;
        private readonly long _since = TimeProvider.System.GetTimestamp();
        private TimeSpan _deadline = TimeSpan.MaxValue;
        private string _queue = "";
        private bool _started;
        private bool _draining;
        private bool _downstreamGone;

        public Logic(CommittableSourceStage stage, AmqpConnectionProvider provider, AmqpSourceSettings settings) : base(stage.Shape)
        {
            _out = stage.Out;
            _session = new ConsumerSession(provider, settings, _wake.Set);
            // The typed kind may be called before the stage runs, as soon as the control is handed out.
            var drain = GetTypedAsyncCallback<TimeSpan?>(Drain);
            Control = new AmqpSourceControl(drain.Invoke, () => _session.Outstanding);
            SetHandler(_out, onPull: Emit, onDownstreamFinish: _ =>
            {
                _downstreamGone = true;
                Drain(settings.SettleTimeout);
            });
        }

        public AmqpSourceControl Control { get; }

        private TimeSpan Now => TimeProvider.System.GetElapsedTime(_since);

        public override void PreStart()
        {
            // Messages may be settled long after downstream has gone.
            SetKeepGoing(true);
            _wake.Connect(GetAsyncCallback(Look));
            var started = GetAsyncCallback<(string Queue, Exception? Failure)>(Started);
            _starting = Task.Run(async () =>
            {
                try
                {
                    started((await _session.StartAsync(_stopped.Token), null));
                }
                catch (Exception e)
                {
                    started(("", e));
                }
            });
        }

        public override void PostStop()
        {
            _stopped.Cancel();
            _ = Task.Run(async () =>
            {
                // Else a channel opened at this moment would never be closed.
                await _starting;
                await _session.CloseAsync();
                Control.SetEnded(_outcome, _failure);
            });
        }

        protected override void OnTimer(object timerKey) => Finish(DrainOutcome.DeadlinePassed);

        private void Started((string Queue, Exception? Failure) result)
        {
            if (result.Failure is not null)
            {
                Fail(ChannelFailure.From(result.Failure) ?? result.Failure);
                return;
            }
            _started = true;
            _queue = result.Queue;
            Control.SetReady(result.Queue);
            if (_draining) CancelConsumer();
            Look();
        }

        private void Look()
        {
            _wake.Clear();
            // Until then the outcome of the start tells more: which declaration cost the channel.
            if (!_started) return;
            if (_session.ConsumerEnded) Control.SetStopped();
            if (_session.Failure is { } lost)
            {
                Fail(lost);
                return;
            }
            if (_session is { ConsumerEnded: true, CancelledByBroker: true } && !_draining)
            {
                Fail(new AmqpConsumerCancelledException(_queue));
                return;
            }
            Emit();
        }

        private void Emit()
        {
            if (_downstreamGone)
            {
                while (_session.TryTake(out var unseen)) unseen.Nack();
            }
            else if (IsAvailable(_out) && _session.TryTake(out var message))
            {
                Push(_out, message);
            }
            if (_draining && _started && _session.ConsumerEnded && !_session.HasDelivered && _session.IsSettled) Finish(DrainOutcome.Settled);
        }

        private void Drain(TimeSpan? limit)
        {
            if (limit is { } within && Now + within is var deadline && deadline < _deadline)
            {
                _deadline = deadline;
                ScheduleOnce(Deadline, within);
            }
            if (_draining) return;
            _draining = true;
            if (_started) CancelConsumer();
            // Nothing was delivered yet, so nothing needs to be settled.
            else Finish(DrainOutcome.Settled);
        }

        private void CancelConsumer()
        {
            _ = Task.Run(_session.CancelAsync);
            Emit();
        }

        private void Finish(DrainOutcome outcome)
        {
            _outcome = outcome;
            CompleteStage();
        }

        private void Fail(Exception failure)
        {
            _failure = failure;
            // Who drains wants no more of it: a failure would make a restart consume again. What is not settled comes back elsewhere.
            if (_draining) CompleteStage();
            else FailStage(failure);
        }
    }
}

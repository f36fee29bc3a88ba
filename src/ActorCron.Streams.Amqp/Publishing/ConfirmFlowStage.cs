using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorCron.Streams.Amqp;

/// <summary>
/// Publishes what comes in and emits each message's outcome, in order. Takes nothing while the window is full, the connection is
/// blocked or a publish is still on its way to the socket. However it ends, except by a cancel from downstream, every message taken
/// has got its outcome first. It opens lost channels again by itself: a stage that restarts it from outside can't tell of a message that was
/// handed to it at the moment of its failure.
/// </summary>
internal sealed class ConfirmFlowStage<T>(AmqpConnectionProvider provider, AmqpPublishSettings settings)
    : GraphStageWithMaterializedValue<FlowShape<(OutgoingMessage Message, T Context), (PublishOutcome Outcome, T Context)>, Task>
{
    private Inlet<(OutgoingMessage Message, T Context)> In { get; } = new("AmqpFlow.in");

    private Outlet<(PublishOutcome Outcome, T Context)> Out { get; } = new("AmqpFlow.out");

    public override FlowShape<(OutgoingMessage Message, T Context), (PublishOutcome Outcome, T Context)> Shape => new(In, Out);

    public override ILogicAndMaterializedValue<Task> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, provider, settings);
        return new LogicAndMaterializedValue<Task>(logic, logic.Ready);
    }

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string Tick = "tick";
        private const string Reopen = "reopen";
        private const int TicksOfTimeout = 10;

        private readonly Inlet<(OutgoingMessage Message, T Context)> _in;
        private readonly Outlet<(PublishOutcome Outcome, T Context)> _out;
        private readonly AmqpConnectionProvider _provider;
        private readonly AmqpPublishSettings _settings;
        private readonly ConfirmWindow<T> _window;
        private readonly RestartBackoff? _restarts;
        private readonly WakeSignal _wake = new();
        private readonly CancellationTokenSource _stopped = new();
        private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action<Exception?> _published = _ => { };
        private Action<Exception?> _opened = _ => { };
        private PublishChannel _channel;
        private Task _starting = Task.CompletedTask;
        private ulong _number;
        private long _tick;
        private bool _started;
        private bool _publishing;
        private bool _reopenWhenPublished;
        private bool _upstreamFinished;
        private Exception? _failure;

        public Logic(ConfirmFlowStage<T> stage, AmqpConnectionProvider provider, AmqpPublishSettings settings) : base(stage.Shape)
        {
            _in = stage.In;
            _out = stage.Out;
            _provider = provider;
            _settings = settings;
            _channel = new PublishChannel(provider, settings, 0, _wake.Set);
            _window = new ConfirmWindow<T>(settings.Window);
            _restarts = settings.Restart is { } restart ? new RestartBackoff(restart, TimeProvider.System) : null;
            SetHandler(_in, onPush: Publish, onUpstreamFinish: () => Finish(null), onUpstreamFailure: Finish);
            SetHandler(_out, onPull: Emit, onDownstreamFinish: cause =>
            {
                _failure = cause;
                CancelStage(cause);
            });
        }

        public Task Ready => _ready.Task;

        public override void PreStart()
        {
            // Upstream may finish before the last confirms are here.
            SetKeepGoing(true);
            _wake.Connect(GetAsyncCallback(Look));
            _published = GetAsyncCallback<Exception?>(Published);
            _provider.StateChanged += OnConnectionChanged;
            ScheduleRepeatedly(Tick, _settings.ConfirmTimeout / TicksOfTimeout);
            _opened = GetAsyncCallback<Exception?>(Opened);
            Open();
        }

        public override void PostStop()
        {
            _stopped.Cancel();
            _provider.StateChanged -= OnConnectionChanged;
            if (_failure is null) _ready.TrySetCanceled();
            // Read, or a failure that nobody waits for would be reported as a fault.
            else if (_ready.TrySetException(_failure)) _ = _ready.Task.Exception;
            Close();
        }

        protected override void OnTimer(object timerKey)
        {
            if (timerKey is Reopen)
            {
                if (_publishing) _reopenWhenPublished = true;
                else OpenAgain();
                return;
            }
            // The clock stands while the broker takes nothing: the messages wait, they are not lost.
            if (_channel.IsBlocked) return;
            _tick++;
            _window.ResolveUntil(_tick - TicksOfTimeout - 1, PublishOutcome.TimedOut.Instance);
            Emit();
        }

        private void Open()
        {
            var channel = _channel;
            _starting = Task.Run(async () =>
            {
                try
                {
                    await channel.StartAsync(_stopped.Token);
                    _opened(null);
                }
                catch (Exception e)
                {
                    _opened(e);
                }
            });
        }

        private void OpenAgain()
        {
            _channel = new PublishChannel(_provider, _settings, _number, _wake.Set);
            Open();
        }

        private void Close()
        {
            var (starting, channel) = (_starting, _channel);
            _ = Task.Run(async () =>
            {
                // Else a channel opened at this moment would never be closed.
                await starting;
                await channel.CloseAsync();
            });
        }

        private void Opened(Exception? failure)
        {
            if (failure is not null)
            {
                Lose(ChannelFailure.From(failure) ?? failure);
                Emit();
                return;
            }
            _started = true;
            _restarts?.Started();
            _ready.TrySetResult();
            Look();
        }

        private void Publish()
        {
            var (message, context) = Grab(_in);
            _window.Add(++_number, _tick, context);
            ValueTask publishing;
            try
            {
                publishing = _channel.PublishAsync(_number, message);
            }
            catch (Exception e)
            {
                publishing = ValueTask.FromException(e);
            }

            if (publishing.IsCompletedSuccessfully)
            {
                PullIfRoom();
                return;
            }
            _publishing = true;
            _ = ReportAsync(publishing);
        }

        private async Task ReportAsync(ValueTask publishing)
        {
            try
            {
                await publishing;
                _published(null);
            }
            catch (Exception e)
            {
                _published(e);
            }
        }

        private void Published(Exception? failure)
        {
            _publishing = false;
            if (failure is not null && _started)
            {
                if (_channel.IsOpen)
                {
                    // The client refused to encode it and has not counted it.
                    _window.ResolveLast(--_number, new PublishOutcome.Invalid(failure.Message));
                }
                else
                {
                    TakeAnswers();
                    Lose(_channel.Failure ?? ChannelFailure.From(failure) ?? failure);
                }
            }
            if (_reopenWhenPublished)
            {
                _reopenWhenPublished = false;
                OpenAgain();
            }
            Look();
        }

        private void Look()
        {
            _wake.Clear();
            // Until then the outcome of the start tells more: which declaration cost the channel.
            if (_started)
            {
                // Read first: the answers that came before the end are then all there.
                var lost = _channel.Failure;
                TakeAnswers();
                if (lost is not null) Lose(lost);
            }
            Emit();
        }

        private void TakeAnswers()
        {
            while (_channel.TryTake(out var answer)) _window.Resolve(answer.Number, answer.Multiple, answer.Outcome);
        }

        private void Lose(Exception failure)
        {
            _started = false;
            _window.ResolveAll(new PublishOutcome.Lost(failure.Message));
            if (failure is AmqpException { IsTransient: false } || _restarts?.Next() is not { } delay)
            {
                _failure ??= failure;
                return;
            }
            Close();
            ScheduleOnce(Reopen, delay);
        }

        private void Finish(Exception? failure)
        {
            _upstreamFinished = true;
            _failure ??= failure;
            Emit();
        }

        private void Emit()
        {
            if (IsAvailable(_out) && _window.TryTake(out var outcome, out var context)) Push(_out, (outcome, context));
            if (_window.Count == 0 && (_upstreamFinished || _failure is not null) && (!_publishing || !_channel.IsOpen)) End();
            else PullIfRoom();
        }

        private void End()
        {
            if (_failure is null) CompleteStage();
            else FailStage(_failure);
        }

        private void PullIfRoom()
        {
            if (_started && !_publishing && _failure is null && !_window.IsFull && !_channel.IsBlocked && !HasBeenPulled(_in)) TryPull(_in);
        }

        private void OnConnectionChanged(AmqpConnectionState state)
        {
            if (state is { Role: AmqpRole.Publish, IsBlocked: false }) _wake.Set();
        }
    }
}

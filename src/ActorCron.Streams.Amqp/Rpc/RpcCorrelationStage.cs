using Akka.Streams;
using Akka.Streams.Stage;

namespace ActorCron.Streams.Amqp;

/// <summary>Matches answers to requests. Does no I/O: a publisher and a source are attached to its ports.</summary>
internal sealed class RpcCorrelationStage<T>(AmqpRpcSettings settings) : GraphStage<RpcShape<T>>
{
    public override RpcShape<T> Shape { get; } = new(
        new("Rpc.requests"), new("Rpc.replyQueue"), new("Rpc.published"), new("Rpc.replies"), new("Rpc.toPublish"), new("Rpc.results"));

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(Shape, settings);

    private sealed class Open(T context, long since)
    {
        public T Context { get; } = context;

        public long Since { get; } = since;

        public int Received { get; set; }
    }

    private sealed class Logic : TimerGraphStageLogic
    {
        private const string Tick = "tick";
        private const int TicksOfTimeout = 10;

        private readonly RpcShape<T> _shape;
        private readonly AmqpRpcSettings _settings;
        private readonly Dictionary<string, Open> _open = [];
        private readonly Queue<(RpcOutcome Outcome, T Context)> _results = [];
        private string? _replyQueue;
        private long _tick;

        public Logic(RpcShape<T> shape, AmqpRpcSettings settings) : base(shape)
        {
            _shape = shape;
            _settings = settings;
            SetHandler(shape.ReplyQueue, onUpstreamFinish: DoNothing, onPush: () =>
            {
                _replyQueue = Grab(shape.ReplyQueue);
                Pull(shape.Replies);
                PullRequest();
            });
            SetHandler(shape.Requests, onPush: Ask, onUpstreamFinish: () =>
            {
                Complete(shape.ToPublish);
                EndIfDone();
            });
            SetHandler(shape.ToPublish, onPull: PullRequest, onDownstreamFinish: DoNothingWith);
            SetHandler(shape.Published, onUpstreamFinish: DoNothing, onPush: () =>
            {
                var (outcome, id) = Grab(shape.Published);
                if (!outcome.IsConfirmed) Close(id, new RpcOutcome.NotSent(outcome));
                Pull(shape.Published);
            });
            SetHandler(shape.Replies, onPush: Answer);
            SetHandler(shape.Results, onPull: Emit);
        }

        public override void PreStart()
        {
            Pull(_shape.ReplyQueue);
            Pull(_shape.Published);
            ScheduleRepeatedly(Tick, _settings.ReplyTimeout / TicksOfTimeout);
        }

        protected override void OnTimer(object timerKey)
        {
            _tick++;
            foreach (var (id, late) in _open.Where(open => open.Value.Since < _tick - TicksOfTimeout).ToArray())
                Close(id, new RpcOutcome.TimedOut(late.Received));
        }

        private static void DoNothingWith(Exception cause)
        {
        }

        private void Ask()
        {
            var (request, context) = Grab(_shape.Requests);
            var id = request.CorrelationId ?? Guid.NewGuid().ToString("N");
            if (_open.TryAdd(id, new Open(context, _tick)))
            {
                Push(_shape.ToPublish, (request with { CorrelationId = id, ReplyTo = _replyQueue }, id));
                return;
            }
            _results.Enqueue((new RpcOutcome.NotSent(new PublishOutcome.Invalid($"The correlation id '{id}' is that of an open request.")), context));
            Emit();
        }

        private void Answer()
        {
            var reply = Grab(_shape.Replies);
            if (reply.Properties.CorrelationId is { } id && _open.TryGetValue(id, out var open))
            {
                var isLast = ++open.Received == _settings.RepliesPerRequest;
                if (isLast) _open.Remove(id);
                _results.Enqueue((new RpcOutcome.Replied(reply, isLast), open.Context));
            }
            else
            {
                // Too late, or never asked for.
                reply.Ack();
            }
            Emit();
        }

        private void Close(string id, RpcOutcome outcome)
        {
            if (!_open.Remove(id, out var open)) return;
            _results.Enqueue((outcome, open.Context));
            Emit();
        }

        private void Emit()
        {
            if (IsAvailable(_shape.Results) && _results.TryDequeue(out var result))
            {
                if (_settings.AcknowledgeReplies && result.Outcome is RpcOutcome.Replied { Message: var message }) message.Ack();
                Push(_shape.Results, result);
            }
            // Answers wait in the source while results wait for demand.
            if (_results.Count == 0 && _replyQueue is not null && !HasBeenPulled(_shape.Replies)) TryPull(_shape.Replies);
            PullRequest();
            EndIfDone();
        }

        private void PullRequest()
        {
            if (_replyQueue is not null && _open.Count + _results.Count < _settings.Publish.Window
                && IsAvailable(_shape.ToPublish) && !HasBeenPulled(_shape.Requests)) TryPull(_shape.Requests);
        }

        private void EndIfDone()
        {
            if (IsClosed(_shape.Requests) && _open.Count == 0 && _results.Count == 0) CompleteStage();
        }
    }
}

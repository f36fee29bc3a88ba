using System.Collections.Immutable;
using Akka.Streams;

namespace ActorCron.Streams.Amqp;

/// <summary>The ports of <see cref="RpcCorrelationStage{T}"/>.</summary>
internal sealed class RpcShape<T>(
    Inlet<(OutgoingMessage Request, T Context)> requests,
    Inlet<string> replyQueue,
    Inlet<(PublishOutcome Outcome, string CorrelationId)> published,
    Inlet<CommittableMessage> replies,
    Outlet<(OutgoingMessage Request, string CorrelationId)> toPublish,
    Outlet<(RpcOutcome Outcome, T Context)> results) : Shape
{
    public Inlet<(OutgoingMessage Request, T Context)> Requests { get; } = requests;

    public Inlet<string> ReplyQueue { get; } = replyQueue;

    public Inlet<(PublishOutcome Outcome, string CorrelationId)> Published { get; } = published;

    public Inlet<CommittableMessage> Replies { get; } = replies;

    public Outlet<(OutgoingMessage Request, string CorrelationId)> ToPublish { get; } = toPublish;

    public Outlet<(RpcOutcome Outcome, T Context)> Results { get; } = results;

    public override ImmutableArray<Inlet> Inlets => [Requests, ReplyQueue, Published, Replies];

    public override ImmutableArray<Outlet> Outlets => [ToPublish, Results];

    public override Shape DeepCopy() => new RpcShape<T>(
        (Inlet<(OutgoingMessage Request, T Context)>)Requests.CarbonCopy(),
        (Inlet<string>)ReplyQueue.CarbonCopy(),
        (Inlet<(PublishOutcome Outcome, string CorrelationId)>)Published.CarbonCopy(),
        (Inlet<CommittableMessage>)Replies.CarbonCopy(),
        (Outlet<(OutgoingMessage Request, string CorrelationId)>)ToPublish.CarbonCopy(),
        (Outlet<(RpcOutcome Outcome, T Context)>)Results.CarbonCopy());

    public override Shape CopyFromPorts(ImmutableArray<Inlet> inlets, ImmutableArray<Outlet> outlets) => new RpcShape<T>(
        (Inlet<(OutgoingMessage Request, T Context)>)inlets[0],
        (Inlet<string>)inlets[1],
        (Inlet<(PublishOutcome Outcome, string CorrelationId)>)inlets[2],
        (Inlet<CommittableMessage>)inlets[3],
        (Outlet<(OutgoingMessage Request, string CorrelationId)>)outlets[0],
        (Outlet<(RpcOutcome Outcome, T Context)>)outlets[1]);
}

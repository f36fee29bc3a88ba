using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorCron.Streams.Amqp;

/// <summary>Flows that ask over AMQP.</summary>
public static class AmqpRpcFlow
{
    /// <summary>
    /// Publishes each request with a reply-to, a temporary queue of the flow's own, and emits its answers with its context, in the order in
    /// which they come. Requests need no correlation id; one that is given must not be that of another request still open.
    /// Completes when upstream has and every request has its answers or its timeout. Fails, as <see cref="AmqpFlow"/> does,
    /// when a channel is lost; open requests are lost with it. Materializes the name of the reply queue, once it listens.
    /// </summary>
    /// <exception cref="ArgumentException">A setting is out of bounds.</exception>
    public static Flow<(OutgoingMessage Request, T Context), (RpcOutcome Outcome, T Context), Task<string>> Create<T>(
        AmqpConnectionProvider provider, AmqpRpcSettings settings)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validated();
        var replies = AmqpSourceSettings.Temporary() with
        {
            Prefetch = (ushort)Math.Min(ushort.MaxValue, settings.Publish.Window),
            // Answers nobody has settled are for nobody else.
            SettleTimeout = TimeSpan.Zero,
        };

        return Flow.FromGraph(GraphDsl.Create(AmqpSource.Committable(provider, replies), (builder, source) =>
        {
            var correlation = builder.Add(new RpcCorrelationStage<T>(settings));
            var publisher = builder.Add(AmqpFlow.WithConfirms<string>(provider, settings.Publish));
            // The correlation needs the queue's name, which is known when the queue listens.
            var listening = builder.Add(Flow.Create<AmqpSourceControl>().SelectAsync(1, control => control.Ready));
            builder.From(builder.MaterializedValue).To(listening.Inlet);
            builder.From(listening.Outlet).To(correlation.ReplyQueue);
            builder.From(source.Outlet).To(correlation.Replies);
            builder.From(correlation.ToPublish).Via(publisher).To(correlation.Published);
            return new FlowShape<(OutgoingMessage Request, T Context), (RpcOutcome Outcome, T Context)>(correlation.Requests, correlation.Results);
        })).MapMaterializedValue(control => control.Ready);
    }
}

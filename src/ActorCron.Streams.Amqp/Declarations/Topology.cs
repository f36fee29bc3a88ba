using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ActorCron.Streams.Amqp;

/// <summary>Makes declarations in their order, and says which one the broker refused.</summary>
internal static class Topology
{
    public static async Task DeclareAsync(this IChannel channel, IEnumerable<AmqpDeclaration> declarations, CancellationToken token)
    {
        foreach (var declaration in declarations)
            await Guard(declaration.Subject, () => declaration.DeclareAsync(channel, token));
    }

    public static Task Guard(string subject, Func<Task> ask) => Guard(subject, async () =>
    {
        await ask();
        return true;
    });

    public static async Task<T> Guard<T>(string subject, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason is { ReplyCode: 403 or 404 or 405 or 406 } refusal)
        {
            throw new AmqpTopologyException(subject, refusal.ReplyCode, $"The broker refused the {subject}: {refusal.ReplyText}. " + refusal.ReplyCode switch
            {
                406 => "It exists with other properties: declare it as it is, or delete it first.",
                404 => "Create it first, or declare it instead of only checking it.",
                405 => "Another connection has it for itself.",
                _ => "The user lacks the permission.",
            });
        }
    }
}

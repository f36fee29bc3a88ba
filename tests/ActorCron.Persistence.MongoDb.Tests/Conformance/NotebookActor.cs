using Akka.Actor;
using Akka.Persistence;

namespace ActorCron.Persistence.MongoDb.Tests.Conformance;

/// <summary>Stores each string and answers it with "-done"; deletes on request.</summary>
public sealed class NotebookActor : ReceivePersistentActor
{
    public NotebookActor(string persistenceId)
    {
        PersistenceId = persistenceId;
        Recover<string>(_ => { });
        Command<string>(note =>
        {
            var asker = Sender;
            Persist(note, stored => asker.Tell($"{stored}-done"));
        });
        Command<Delete>(delete =>
        {
            var asker = Sender;
            DeleteMessages(delete.Through);
            BecomeStacked(() =>
            {
                Command<DeleteMessagesSuccess>(_ => Finish(asker, "deleted"));
                Command<DeleteMessagesFailure>(failure => Finish(asker, failure.Cause.ToString()));
                CommandAny(_ => Stash.Stash());
            });
        });
    }

    public override string PersistenceId { get; }

    private void Finish(IActorRef asker, string answer)
    {
        asker.Tell(answer);
        UnbecomeStacked();
        Stash.UnstashAll();
    }

    public sealed record Delete(long Through);
}

using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

// Questions to the history, and what it has written. An answer is decided on by the books as they are then.
public sealed partial class RunShard
{
    private void Ask(object about, ImmutableArray<string> ids)
    {
        if (Open(about, _from, ids) is { } question) _into.AtOnce.Add(new AskHistory(question.Number, ids));
    }

    private void Load(RetryRun retry, Address asker)
    {
        if (Open(retry, asker, [retry.RunId]) is { } question) _into.AtOnce.Add(new LoadRun(question.Number, retry.RunId));
    }

    private HistoryQuestion? Open(object about, Address asker, ImmutableArray<string> ids)
    {
        var question = _questions.Open(about, asker, ids, _now.Elapsed + _settings.QuestionTimeout);
        if (question is null)
            _into.Log(Importance.Debug, $"Shard {_shard} has too many open questions to the history; whoever asks for more asks again");
        return question;
    }

    private void OnHistoryAnswered(HistoryAnswered answered)
    {
        if (!_questions.TryGet(answered.Question, out var question)) return;
        if (question.About is RegisterRuns register) Register(register, question.From, answered);
        else if (question.About is OfferRun offer) OnOfferLooked(offer, question.From, answered);
        _questions.Close(question);
    }

    private void OnRunLoaded(RunLoaded loaded)
    {
        if (!_questions.TryGet(loaded.Question, out var question)) return;
        var isOld = _questions.WasForgotten(question.Ids[0]);
        _questions.Close(question);
        if (question.About is not RetryRun retry) return;
        // It was on the books meanwhile: the history's record is from before.
        if (isOld) Load(retry, question.From);
        else OnRetryLoaded(retry, question.From, loaded.Run);
    }

    private void OnHistoryFailed(HistoryFailed failed)
    {
        if (!_questions.TryGet(failed.Question, out var question)) return;
        _questions.Close(question);
        _into.Log(Importance.Warning, $"The run history did not answer ({failed.Cause}); whoever asked asks again");
    }

    private void OnWritten(HistoryWritten written)
    {
        foreach (var (id, revision) in written.Runs)
        {
            if (!_ledger.TryGet(id, out var run) || run.Run.Revision != revision || !run.Run.State.IsFinished()) continue;
            var batch = _ledger.Forget(id);
            _questions.Forgotten(id);
            if (batch is not null) AdvanceBatch(batch);
        }
    }
}

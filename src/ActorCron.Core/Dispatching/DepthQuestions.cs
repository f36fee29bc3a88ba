using ActorCron.Core.Machines;

namespace ActorCron.Core.Dispatching;

/// <summary>A question to the broker: how many wait in a queue?</summary>
/// <param name="Number">Names it.</param>
/// <param name="Until">When it counts as unanswered, elapsed time.</param>
/// <param name="Handed">What was published and answered for before it was asked: the broker has counted that.</param>
/// <param name="Published">What was confirmed before it was asked.</param>
internal sealed record DepthQuestion(long Number, TimeSpan Until, long Handed, long Published);

/// <summary>Asks the broker for the depth of queues, one question a queue at a time; one that stays unanswered is asked again.</summary>
internal sealed class DepthQuestions(DispatchSettings settings)
{
    private long _numbers;

    public void Ask(QueueState queue, TimeSpan now, Decision<NoEvent> into)
    {
        if (queue.Question is { } open && now < open.Until) return;
        // The shell gives up at about the same time; this is for an answer that never comes.
        var until = now + settings.AskTimeout + settings.AskTimeout;
        queue.Question = new DepthQuestion(++_numbers, until, queue.Window.Handed - queue.Unconfirmed, queue.Published);
        into.AtOnce.Add(new MeasureDepth(queue.Name, _numbers));
    }

    /// <summary>The question that is answered; null when nobody waits for that answer.</summary>
    public static DepthQuestion? Answered(QueueState queue, long number)
    {
        if (queue.Question is not { } question || question.Number != number) return null;
        queue.Question = null;
        return question;
    }
}

using ActorCron.Core.Machines;

namespace ActorCron.Core.Dispatching;

/// <summary>What the broker refuses of a queue: how long it rests, and what is said of it, however many runs wait: a line when it begins, one a
/// minute while it lasts, one when it is over.</summary>
internal sealed class Refusals
{
    private const int LongestRests = 5;
    private static readonly TimeSpan TellAgain = TimeSpan.FromMinutes(1);

    private TimeSpan _until;
    private TimeSpan? _toldAt;
    private int _rounds;
    private int _since;

    /// <summary>A message was refused. Gives when to try again, elapsed time: at first soon, then five times as late.</summary>
    public TimeSpan Add(string queue, string reason, TimeSpan rest, TimeSpan now, Decision<NoEvent> into)
    {
        // What was sent together is refused together: one round.
        if (_rounds == 0 || now >= _until) _until = now + new BackOff(rest, rest * LongestRests).After(_rounds++);
        _since++;
        if (_toldAt is not { } toldAt)
            Tell($"The broker refuses the runs of queue {queue} ({reason}); they wait on record and are published again until it takes them");
        else if (now - toldAt >= TellAgain)
            Tell($"The broker still refuses the runs of queue {queue}, {_since} messages since this was last said ({reason})");
        return _until;

        void Tell(string words)
        {
            into.Log(Importance.Warning, words);
            (_toldAt, _since) = (now, 0);
        }
    }

    /// <summary>A message was taken.</summary>
    public void End(string queue, Decision<NoEvent> into)
    {
        if (_rounds == 0) return;
        (_rounds, _since, _toldAt) = (0, 0, null);
        into.Log(Importance.Info, $"The broker takes the runs of queue {queue} again");
    }
}

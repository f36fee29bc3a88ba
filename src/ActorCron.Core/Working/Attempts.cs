namespace ActorCron.Core.Working;

/// <summary>Every attempt on this node, found by its offer and by its run in O(1). As many as the consumers hold, and the ended ones whose end is not stored.</summary>
internal sealed class Attempts
{
    private readonly Dictionary<string, Attempt> _byOffer = [];
    private readonly Dictionary<string, Attempt> _byRun = [];
    private readonly LinkedList<Attempt> _inOrder = new();
    private readonly LinkedList<Attempt> _asked = new();

    public int Count => _byOffer.Count;

    public Attempt? ByOffer(string offer) => _byOffer.GetValueOrDefault(offer);

    /// <summary>The first of a run's attempts here; the others follow by <see cref="Attempt.NextOfRun"/>. There is one, save where a message came twice.</summary>
    public Attempt? FirstOf(string runId) => _byRun.GetValueOrDefault(runId);

    /// <summary>The attempt that a shard has ordered under this number.</summary>
    public Attempt? Find(string runId, int number)
    {
        for (var attempt = FirstOf(runId); attempt is not null; attempt = attempt.NextOfRun)
            if (attempt.Order is not null && attempt.Number == number) return attempt;
        return null;
    }

    /// <summary>All, as they came; may be removed while they are gone through.</summary>
    public Attempt[] InOrder() => [.. _inOrder];

    public void Add(Attempt attempt)
    {
        _byOffer.Add(attempt.Offer, attempt);
        attempt.NextOfRun = FirstOf(attempt.RunId);
        _byRun[attempt.RunId] = attempt;
        attempt.Arrival = _inOrder.AddLast(attempt);
    }

    public void Remove(Attempt attempt)
    {
        if (!_byOffer.Remove(attempt.Offer)) return;
        RemoveFromRun(attempt);
        _inOrder.Remove(attempt.Arrival!);
        Answered(attempt);
    }

    /// <summary>Its shard has been asked or told, and is again if no answer comes.</summary>
    public void Asked(Attempt attempt, TimeSpan now)
    {
        attempt.AskedAt = now;
        if (attempt.Turn is null) attempt.Turn = _asked.AddLast(attempt);
        else
        {
            _asked.Remove(attempt.Turn);
            _asked.AddLast(attempt.Turn);
        }
    }

    /// <summary>Nothing is awaited of its shard.</summary>
    public void Answered(Attempt attempt)
    {
        if (attempt.Turn is { List: not null }) _asked.Remove(attempt.Turn);
        attempt.Turn = null;
    }

    /// <summary>The one that has waited longest for an answer, if it was asked at this time or before.</summary>
    public Attempt? AskedBy(TimeSpan latest) => _asked.First is { Value: var first } && first.AskedAt <= latest ? first : null;

    private void RemoveFromRun(Attempt attempt)
    {
        var before = _byRun[attempt.RunId];
        if (before == attempt)
        {
            if (attempt.NextOfRun is { } next) _byRun[attempt.RunId] = next;
            else _byRun.Remove(attempt.RunId);
            return;
        }
        while (before.NextOfRun != attempt) before = before.NextOfRun!;
        before.NextOfRun = attempt.NextOfRun;
    }
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorCron.Core.Machines;

namespace ActorCron.Core.Shards;

/// <summary>A question to the history that is not answered yet.</summary>
/// <param name="Number">Names it.</param>
/// <param name="About">The message that needs the answer.</param>
/// <param name="From">Who sent that.</param>
/// <param name="Ids">The runs asked for.</param>
/// <param name="Until">Elapsed time; given up then.</param>
internal sealed record HistoryQuestion(long Number, object About, Address From, ImmutableArray<string> Ids, TimeSpan Until);

/// <summary>The open questions to the history. Between question and answer a run may come, end and leave the books: the answer, which is
/// from before, does not know it. So what leaves the books while it is being asked for is remembered until the answer is there.</summary>
/// <remarks>Bounded by the number of open questions and what they ask for.</remarks>
internal sealed class HistoryQuestions(int max)
{
    private readonly Dictionary<long, HistoryQuestion> _open = [];
    private readonly Queue<HistoryQuestion> _inOrder = new();
    private readonly Dictionary<string, int> _asked = [];
    private readonly HashSet<string> _forgotten = [];
    private long _number;

    /// <summary>Opens a question; null while too many are open. Whoever needs it asks again.</summary>
    public HistoryQuestion? Open(object about, Address from, ImmutableArray<string> ids, TimeSpan until)
    {
        if (_open.Count >= max) return null;
        var question = new HistoryQuestion(++_number, about, from, ids, until);
        _open[question.Number] = question;
        _inOrder.Enqueue(question);
        foreach (var id in ids) _asked[id] = _asked.GetValueOrDefault(id) + 1;
        return question;
    }

    public bool TryGet(long number, [NotNullWhen(true)] out HistoryQuestion? question) => _open.TryGetValue(number, out question);

    /// <summary>A run has left the books.</summary>
    public void Forgotten(string id)
    {
        if (_asked.ContainsKey(id)) _forgotten.Add(id);
    }

    /// <summary>Whether a run of an open question has left the books since it was asked for.</summary>
    public bool WasForgotten(string id) => _forgotten.Contains(id);

    /// <summary>The question is dealt with.</summary>
    public void Close(HistoryQuestion question)
    {
        if (!_open.Remove(question.Number)) return;
        foreach (var id in question.Ids)
        {
            var left = _asked[id] - 1;
            if (left > 0) _asked[id] = left;
            else
            {
                _asked.Remove(id);
                _forgotten.Remove(id);
            }
        }
        while (_inOrder.TryPeek(out var oldest) && !_open.ContainsKey(oldest.Number)) _inOrder.Dequeue();
    }

    /// <summary>Gives up what was asked too long ago.</summary>
    public void Expire(TimeSpan elapsed)
    {
        while (_inOrder.TryPeek(out var oldest) && oldest.Until <= elapsed) Close(oldest);
    }
}

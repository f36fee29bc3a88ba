namespace ActorCron.Core.Shards;

/// <summary>Which nodes are gone for certain. One that is only unknown may be new: this node has not heard of it yet.</summary>
/// <remarks>Remembers the last <see cref="MaxGone"/> nodes that left, and as many unknown ones that attempts stand under.</remarks>
/// <param name="self"><c>host:port</c> of the own node.</param>
/// <param name="unknownAfter">How long a node may be unknown.</param>
internal sealed class Membership(string self, TimeSpan unknownAfter)
{
    private const int MaxGone = 1000;

    private readonly Dictionary<string, int> _uids = [];
    private readonly HashSet<Member> _gone = [];
    private readonly Queue<Member> _goneInOrder = new();
    private readonly Dictionary<Member, TimeSpan> _unknown = [];
    private MembersAre? _last;

    public void Set(MembersAre now)
    {
        var before = _last;
        _last = now;
        _uids.Clear();
        foreach (var member in now.Members)
        {
            // A list of members may be behind what was seen; whoever was removed never comes back under its uid.
            if (now.Gone.Contains(member)) continue;
            _uids[member.Node] = member.Uid;
            _unknown.Remove(member);
        }
        if (before is not null) NoteGone(before.Members);
        NoteGone(now.Gone);
    }

    /// <summary>Whether a node is gone: it was seen to leave, this process has its address, or it has been unknown for long.</summary>
    public bool IsGone(Member member, TimeSpan elapsed)
    {
        if (_last is null) return false;
        if (_uids.TryGetValue(member.Node, out var uid) && (uid == member.Uid || member.Node == self)) return uid != member.Uid;
        if (_gone.Contains(member)) return true;
        if (_unknown.Count >= MaxGone) _unknown.Clear();
        if (_unknown.TryAdd(member, elapsed)) return false;
        return elapsed - _unknown[member] >= unknownAfter;
    }

    private void NoteGone(IReadOnlyList<Member> members)
    {
        foreach (var member in members)
        {
            if ((_uids.TryGetValue(member.Node, out var uid) && uid == member.Uid) || !_gone.Add(member)) continue;
            _goneInOrder.Enqueue(member);
            if (_goneInOrder.Count > MaxGone) _gone.Remove(_goneInOrder.Dequeue());
        }
    }
}

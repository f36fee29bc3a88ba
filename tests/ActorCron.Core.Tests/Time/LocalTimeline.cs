namespace ActorCron.Core.Tests.Time;

/// <summary>A stretch of UTC time, step by step, beside what the local clocks show; built from <see cref="TimeZoneInfo.GetUtcOffset(DateTime)"/> alone.</summary>
internal sealed class LocalTimeline
{
    private readonly DateTime _start;
    private readonly TimeSpan _step;
    private readonly DateTime[] _locals;
    private readonly Dictionary<DateTime, (int First, int Last)> _repeated = [];

    /// <param name="zone">Whose clocks.</param>
    /// <param name="from">The first instant of interest, inclusive.</param>
    /// <param name="through">The last one, inclusive.</param>
    /// <param name="step">A minute or a second.</param>
    /// <param name="margin">How far beyond both ends to look for local times that happen twice.</param>
    public LocalTimeline(TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset through, TimeSpan step, TimeSpan margin)
    {
        _start = from.UtcDateTime - margin;
        _step = step;
        _locals = new DateTime[(through.UtcDateTime + margin - _start) / step is var steps ? (int)steps + 1 : 0];
        for (var i = 0; i < _locals.Length; i++)
        {
            var instant = _start + i * step;
            _locals[i] = DateTime.SpecifyKind(instant + zone.GetUtcOffset(instant), DateTimeKind.Unspecified);
        }
        First = (int)(margin / step);
        Last = _locals.Length - 1 - First;
        NoteRepeats();
    }

    /// <summary>The index of the first instant of interest.</summary>
    public int First { get; }

    /// <summary>The index of the last one.</summary>
    public int Last { get; }

    public DateTime Local(int index) => _locals[index];

    public DateTimeOffset Instant(int index) => new(_start + index * _step, TimeSpan.Zero);

    public bool HappenedBefore(int index) => _repeated.TryGetValue(_locals[index], out var at) && at.First < index;

    public bool HappensAgain(int index) => _repeated.TryGetValue(_locals[index], out var at) && at.Last > index;

    public bool StartsAfterGap(int index) => _locals[index] - _locals[index - 1] > _step;

    /// <summary>The local times that were jumped over just before an instant.</summary>
    public IEnumerable<DateTime> SkippedBefore(int index)
    {
        for (var local = _locals[index - 1] + _step; local < _locals[index]; local += _step)
            yield return local;
    }

    private void NoteRepeats()
    {
        for (var i = 1; i < _locals.Length; i++)
        {
            if (_locals[i] > _locals[i - 1]) continue;
            // The clock went back to _locals[i]: everything from there to _locals[i - 1] happens before i and from i on.
            for (var (before, after) = (i - 1, i + (int)((_locals[i - 1] - _locals[i]) / _step)); before >= 0 && _locals[before] >= _locals[i]; before--, after--)
                _repeated[_locals[before]] = (before, after);
        }
    }
}

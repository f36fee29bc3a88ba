using System.Buffers.Binary;
using ActorCron.Core.Runs;

namespace ActorCron.History;

/// <summary>What a query asks of an index that is ordered by scheduled time (UTC ticks) and a row number: everything from
/// <see cref="From"/> up to but not including the pair of <see cref="Before"/> and <see cref="BeforeRow"/>.</summary>
internal readonly record struct RunRange(long From, long Before, long BeforeRow, IReadOnlyList<RunState> States, int Rows)
{
    /// <summary>Every state, for queries without that filter: they too read one short range a state.</summary>
    public static readonly IReadOnlyList<RunState> AllStates = Enum.GetValues<RunState>();

    /// <summary>One row more than the page holds, which tells whether another page follows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not between 1 and 1000.</exception>
    /// <exception cref="FormatException">The cursor is not one of this store's.</exception>
    public static RunRange Of(RunQuery query, char store)
    {
        CheckLimit(query);
        var (before, row) = (query.To?.UtcTicks ?? long.MaxValue, long.MinValue);
        if (query.After is { } after)
        {
            var (time, tie) = RunCursor.Read(store, after);
            if (tie.Length != sizeof(long)) throw new FormatException("The cursor has the wrong length.");
            if (time < before) (before, row) = (time, BinaryPrimitives.ReadInt64BigEndian(tie));
        }
        return new(query.From?.UtcTicks ?? long.MinValue, before, row, StatesOf(query), query.Limit + 1);
    }

    public static void CheckLimit(RunQuery query)
    {
        if (query.Limit is < 1 or > 1000) throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "A page holds 1 to 1000 runs.");
    }

    public static IReadOnlyList<RunState> StatesOf(RunQuery query) => query.States.Count == 0 ? AllStates : [.. query.States.Distinct()];

    public static string Cursor(char store, long scheduledFor, long row)
    {
        Span<byte> tie = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(tie, row);
        return RunCursor.Write(store, scheduledFor, tie);
    }
}

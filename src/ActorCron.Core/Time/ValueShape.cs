using System.Numerics;

namespace ActorCron.Core.Time;

/// <summary>How a set of values is best said: as all of them, a step, a range or a list.</summary>
internal readonly record struct ValueShape
{
    /// <param name="bits">The values.</param>
    /// <param name="min">The lowest value of the field.</param>
    /// <param name="max">The highest value of the field.</param>
    public ValueShape(ulong bits, int min, int max)
    {
        var values = new List<int>(BitOperations.PopCount(bits));
        for (var left = bits; left != 0; left &= left - 1) values.Add(BitOperations.TrailingZeroCount(left));
        Values = values;
        IsAll = values.Count == max - min + 1;
        if (values.Count < 3 || IsAll) return;
        var step = values[1] - values[0];
        if (values.Zip(values.Skip(1)).All(pair => pair.Second - pair.First == step))
        {
            IsRange = step == 1;
            // Only what goes on to the field's end is heard as 'every n-th'.
            if (step > 1 && values[^1] + step > max) Step = step;
            return;
        }
        // A range that wraps has exactly one hole.
        var hole = values.Zip(values.Skip(1)).Count(pair => pair.Second - pair.First > 1);
        if (hole != 1 || values[0] != min || values[^1] != max) return;
        IsRange = true;
        var turn = values.FindIndex(value => value - min != values.IndexOf(value));
        Values = [.. values.Skip(turn), .. values.Take(turn)];
    }

    /// <summary>The values in order; a range that wraps starts with its start.</summary>
    public IReadOnlyList<int> Values { get; }

    public bool IsAll { get; }

    /// <summary>Three or more neighbours, perhaps around the field's end.</summary>
    public bool IsRange { get; }

    /// <summary>Above 1: every so many values from the first one to the field's end; else 0.</summary>
    public int Step { get; }

    public int First => Values[0];

    public int Last => Values[^1];
}

namespace ActorCron.Core.Time;

/// <summary>What one field of a cron rule may hold: its name in a schedule document, its range and the names of its values.</summary>
internal sealed class CronField
{
    public static readonly CronField Second = new("second", 0, 59, []);
    public static readonly CronField Minute = new("minute", 0, 59, []);
    public static readonly CronField Hour = new("hour", 0, 23, []);
    public static readonly CronField Day = new("day", 1, 31, []);
    public static readonly CronField Month = new("month", 1, 12,
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]);
    /// <summary>0 is Sunday; 7 is read as Sunday too.</summary>
    public static readonly CronField DayOfWeek = new("dayOfWeek", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);

    private CronField(string name, int min, int max, string[] names) => (Name, Min, Max, Names) = (name, min, max, names);

    public string Name { get; }
    public int Min { get; }
    public int Max { get; }
    public string[] Names { get; }

    /// <summary>How many values there are before the field begins again.</summary>
    public int Size => Max - Min + 1;

    /// <summary>The highest number that may be written.</summary>
    public int MaxWritten => this == DayOfWeek ? 7 : Max;

    public string Range => Names.Length == 0 ? $"{Min} to {MaxWritten}" : $"{Min} to {MaxWritten} or {Names[0]} to {Names[^1]}";

    /// <summary>The value that a name stands for, in any case; -1 for none.</summary>
    public int ValueOf(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Names.Length; i++)
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
                return Min + i;
        return -1;
    }
}

namespace ActorCron.Core.Time;

/// <summary>Gregorian calendar arithmetic over day numbers: day 0 is 0001-01-01, a Monday, as in <see cref="DateTime"/>.</summary>
internal readonly record struct CivilDate(int Year, int Month, int Day)
{
    public const int LastYear = 9999;

    private static ReadOnlySpan<byte> MonthLengths => [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    public static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    public static int DaysInMonth(int year, int month) => month == 2 && IsLeap(year) ? 29 : MonthLengths[month];

    /// <summary>0 for Sunday to 6 for Saturday.</summary>
    public static int Weekday(int dayNumber) => (dayNumber + 1) % 7;

    /// <summary>The day number of the first of a month.</summary>
    public static int FirstOf(int year, int month)
    {
        // Years that begin with March put the leap day last; then a month's start is linear in its number.
        var (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9);
        return 365 * y + FloorDiv(y, 4) - FloorDiv(y, 100) + FloorDiv(y, 400) + (153 * m + 2) / 5 - 306;
    }

    public static CivilDate FromDayNumber(int dayNumber)
    {
        var n = dayNumber + 306;
        var era = n / 146097;
        var dayOfEra = n - era * 146097;
        var yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var shifted = (5 * dayOfYear + 2) / 153;
        var day = dayOfYear - (153 * shifted + 2) / 5 + 1;
        var month = shifted < 10 ? shifted + 3 : shifted - 9;
        return new CivilDate(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
    }

    private static int FloorDiv(int a, int b) => a >= 0 ? a / b : (a - b + 1) / b;
}

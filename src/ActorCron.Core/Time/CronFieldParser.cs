using System.Globalization;
using ActorCron.Core.Text;

namespace ActorCron.Core.Time;

/// <summary>Reads one field: a list of <c>*</c>, values, ranges and steps, and what the day fields and <c>H</c> add.
/// Throws nothing; the work is linear in the text.</summary>
internal ref struct CronFieldParser
{
    // Longer than any field, as cron takes it; beyond that a number is no step that anyone means.
    private const int LongestStep = 9999;

    private readonly CronField _field;
    private readonly ReadOnlySpan<char> _text;
    private readonly string _scheduleId;
    private readonly List<string>? _notes;
    private CronFieldSet _set;
    private int _at;
    private int _problemAt;
    private string? _problem;

    private CronFieldParser(CronField field, ReadOnlySpan<char> text, string scheduleId, List<string>? notes)
    {
        _field = field;
        _text = text;
        _scheduleId = scheduleId;
        _notes = notes;
    }

    /// <param name="field">Which field.</param>
    /// <param name="text">Its text, without blanks.</param>
    /// <param name="scheduleId">Seeds <c>H</c>.</param>
    /// <param name="notes">Takes what a reader may not expect of the text; null where nobody asks.</param>
    /// <param name="set">What it names.</param>
    /// <param name="problemAt">Where it is wrong, from 0.</param>
    /// <param name="problem">What is wrong and what would be right.</param>
    public static bool TryParse(CronField field, ReadOnlySpan<char> text, string scheduleId, List<string>? notes,
        out CronFieldSet set, out int problemAt, out string problem)
    {
        var parser = new CronFieldParser(field, text, scheduleId, notes);
        var ok = parser.ParseList();
        (set, problemAt, problem) = (parser._set, parser._problemAt, parser._problem ?? "");
        return ok;
    }

    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private readonly bool IsDay => _field == CronField.Day;
    private readonly bool IsDayOfWeek => _field == CronField.DayOfWeek;

    private bool ParseList()
    {
        if (_text.IsEmpty) return Fail(0, $"is empty: write * for every value, or {_field.Range}");
        _set.IsStarred = _text[0] == '*';
        if (_text is "?") return ParseNeutral();
        while (true)
        {
            if (!ParseItem()) return false;
            if (_at == _text.Length) return true;
            if (Current != ',') return Fail(_at, $"'{Show(Current)}' is not expected here: after a value come ',' '-' '/' or the end");
            _at++;
        }
    }

    private bool ParseNeutral()
    {
        if (!IsDay && !IsDayOfWeek) return Fail(0, "'?' belongs into the day and dayOfWeek fields alone: write *");
        _set.IsNeutral = true;
        _set.Values = AllValues();
        return true;
    }

    private bool ParseItem()
    {
        var start = _at;
        switch (Current)
        {
            case '*':
                _at++;
                return ParseStep(_field.Min, _field.Max, _field.Size);
            case '?':
                return Fail(start, "'?' stands alone in its field");
            case 'h' or 'H' when !char.IsAsciiLetter(Peek(1)):
                _at++;
                return ParseHashed();
            case '~':
                _at++;
                return ParseSpread(_field.Min);
            case 'l' or 'L' when IsDay && !char.IsAsciiLetter(Peek(1)) || IsDay && IsLastWeekday():
                _at++;
                return ParseFromEnd();
            case 'l' or 'L' when IsDayOfWeek && !char.IsAsciiLetter(Peek(1)):
                return Fail(start, "'L' alone names no weekday: 'friL' is the month's last Friday");
        }
        if (!ParseValue(out var first)) return false;
        switch (Current)
        {
            case 'w' or 'W' when IsDay:
                _at++;
                _set.NearestWeekday |= 1u << first;
                return true;
            case 'l' or 'L' when IsDayOfWeek:
                _at++;
                _set.LastWeekday |= (byte)(1 << Wrapped(first));
                return true;
            case '#':
                _at++;
                return ParseNth(first);
            case '~':
                _at++;
                return ParseSpread(first);
            case '-':
                _at++;
                return ParseRange(start, first);
            case '/':
                return ParseOpenStep(start, Wrapped(first));
        }
        _set.Values |= 1UL << Wrapped(first);
        return true;
    }

    private bool ParseRange(int start, int first)
    {
        if (!ParseValue(out var last)) return false;
        if (IsDayOfWeek && first == 7) (first, last) = (0, last == 7 ? 0 : last);
        if (first <= last) return ParseStep(first, last, last - first + 1);
        _notes?.Add($"{_field.Name} {_text[start.._at]} wraps around: {Name(first)} to {Name(_field.Max)}, then {Name(_field.Min)} to {Name(last)} (cron itself refuses such a range)");
        return ParseStep(first, _field.Max, _field.Max - first + 1 + last - _field.Min + 1);
    }

    /// <summary>After a value that a step follows: <c>5/20</c> is 5 to the end by 20, as Quartz has it; a week ends with Saturday.</summary>
    private bool ParseOpenStep(int start, int first)
    {
        if (!ParseStep(first, _field.Max, _field.Max - first + 1)) return false;
        _notes?.Add($"{_field.Name} {_text[start.._at]} means {Name(first)} and on to {Name(_field.Max)} by {_text[start.._at].ToString().Split('/')[1]} (cronie refuses it, older crons read {Name(first)} alone)");
        return true;
    }

    /// <summary>Reads <c>/n</c> if it is there and adds every n-th of <paramref name="count"/> values from
    /// <paramref name="first"/> on, going around at the field's end.</summary>
    private bool ParseStep(int first, int last, int count)
    {
        var step = 1;
        if (Current == '/')
        {
            var at = ++_at;
            if (!ParseNumber(out step)) return Fail(at, "a step is a number from 1 on, as in */5");
            if (step == 0) return Fail(at, "a step of 0 goes nowhere: from 1 on");
            if (step > LongestStep) return Fail(at, $"a step of {Show(_text[at.._at])} is longer than any field: 1 to {LongestStep}");
            if (step >= count && count > 1)
                _notes?.Add($"{_field.Name}: a step of {step} is longer than {Name(first)} to {Name(last)}, which leaves {Name(first)} alone");
        }
        for (var i = 0; i < count; i += step)
        {
            _set.Values |= 1UL << Wrapped(first + i);
            if (step >= count) break;
        }
        return true;
    }

    /// <summary>After <c>H</c>: a stable value of the whole range or of <c>(a-b)</c>, or with <c>/n</c> a stable start.</summary>
    private bool ParseHashed()
    {
        var (first, last) = (_field.Min, _field.Max);
        var bounded = Current == '(';
        if (bounded)
        {
            var open = _at++;
            if (!ParseValue(out first)) return false;
            if (Current != '-') return Fail(_at, "H(a-b) needs a range: H(0-29)");
            _at++;
            if (!ParseValue(out last)) return false;
            if (Current != ')') return Fail(_at, "the ')' of H(a-b) is missing");
            _at++;
            if (first > last) return Fail(open + 1, $"H({first}-{last}) runs backwards: the lower value comes first");
        }
        if (Current == '/') return ParseHashedStep(first, last);
        // A day that some months lack would fire less often for some ids than for others.
        if (IsDay && !bounded) last = 28;
        AddHashed('H', first, last);
        return true;
    }

    private bool ParseHashedStep(int first, int last)
    {
        var at = ++_at;
        if (!ParseNumber(out var step) || step == 0) return Fail(at, "a step is a number from 1 on, as in H/15");
        var size = last - first + 1;
        if (step > size) return Fail(at, $"a step of {step} is longer than the {size} values it steps through");
        var shift = (int)(Hash() % (ulong)(IsDay ? Math.Min(step, 28) : step));
        for (var value = first + shift; value <= last; value += step) _set.Values |= 1UL << Wrapped(value);
        _notes?.Add($"{_field.Name}: H/{step} starts at {Name(first + shift)} {ForWhom}");
        return true;
    }

    /// <summary>After the <c>~</c> of OpenBSD's <c>a~b</c>, here stable like <c>H(a-b)</c>.</summary>
    private bool ParseSpread(int first)
    {
        var at = _at;
        var last = _field.Max;
        if (Current is not ('\0' or ',') && !ParseValue(out last)) return false;
        if (first > last) return Fail(at, $"{first}~{last} runs backwards: the lower value comes first");
        AddHashed('~', first, last);
        return true;
    }

    private void AddHashed(char sign, int first, int last)
    {
        var value = Wrapped(first + (int)(Hash() % (ulong)(last - first + 1)));
        _set.Values |= 1UL << value;
        _notes?.Add($"{_field.Name}: {sign} stands for {Name(value)} {ForWhom}");
    }

    // A rule that is looked at before there is a schedule has no id yet to choose by.
    private readonly string ForWhom => _scheduleId.Length == 0
        ? "without an id; the value that a schedule gets follows from its id"
        : "for this schedule";

    private readonly ulong Hash() => SaltedHash.Of(_scheduleId, _field.Name[0] + (_field.Name.Length << 8));

    /// <summary>After <c>L</c> in the day field: <c>L</c>, <c>L-n</c>, <c>LW</c>, <c>L-nW</c>.</summary>
    private bool ParseFromEnd()
    {
        var back = 0;
        if (Current == '-')
        {
            var at = ++_at;
            if (!ParseNumber(out back) || back > 30) return Fail(at, "L-n counts back from the month's last day: n is 0 to 30");
        }
        if (Current is 'w' or 'W')
        {
            _at++;
            _set.NearestWeekdayFromEnd |= 1u << back;
        }
        else
        {
            _set.FromEnd |= 1u << back;
        }
        return true;
    }

    private bool ParseNth(int weekday)
    {
        var at = _at;
        if (!IsDayOfWeek) return Fail(at - 1, "'#' belongs into the dayOfWeek field: fri#3 is the third Friday");
        if (!ParseNumber(out var nth) || nth is < 1 or > 5) return Fail(at, "after '#' comes which one of the month: 1 to 5 (friL is the last)");
        _set.NthWeekday |= 1UL << (7 * (nth - 1) + Wrapped(weekday));
        return true;
    }

    private bool ParseValue(out int value)
    {
        var start = _at;
        if (char.IsAsciiDigit(Current))
        {
            if (ParseNumber(out value) && value >= _field.Min && value <= _field.MaxWritten) return true;
            return Fail(start, $"{Show(_text[start.._at])} is out of range: {_field.Range}");
        }
        value = -1;
        if (!char.IsAsciiLetter(Current))
        {
            var found = _at < _text.Length ? $"'{Show(Current)}' is not expected here" : "something is missing at the end";
            return Fail(start, $"{found}: write * or {_field.Range}");
        }
        while (char.IsAsciiLetter(Current)) _at++;
        var name = _text[start.._at];
        value = _field.ValueOf(name);
        if (value < 0 && IsDayOfWeek && name.Length == 4 && name[3] is 'l' or 'L')
        {
            value = _field.ValueOf(name[..3]);
            if (value >= 0) _at--;
        }
        return value >= 0 || Fail(start, UnknownName(name));
    }

    private readonly string UnknownName(ReadOnlySpan<char> name)
    {
        if (name.Equals("l", StringComparison.OrdinalIgnoreCase)) return $"'L' (last) belongs into the day and dayOfWeek fields: write {_field.Range}";
        var known = _field.Names.Length == 0 ? $"{_field.Name} takes numbers: {_field.Range}" : $"{_field.Name} takes {_field.Range}";
        var meant = name.Length > 3 && _field.ValueOf(name[..3]) >= 0 ? name[..3].ToString().ToLowerInvariant() : NearestName.Of(name, _field.Names);
        return $"'{Show(name)}' is not known: {known}{(meant is null ? "" : $"; did you mean '{meant}'?")}";
    }

    /// <summary>Reads digits; a number too long for any field comes back as <see cref="int.MaxValue"/>.</summary>
    private bool ParseNumber(out int number)
    {
        var start = _at;
        while (char.IsAsciiDigit(Current)) _at++;
        number = 0;
        if (_at == start) return false;
        if (!int.TryParse(_text[start.._at], NumberStyles.None, CultureInfo.InvariantCulture, out number)) number = int.MaxValue;
        return true;
    }

    private readonly bool IsLastWeekday() => Peek(1) is 'w' or 'W' && !char.IsAsciiLetter(Peek(2));

    private readonly char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private readonly ulong AllValues() => ((1UL << _field.Size) - 1) << _field.Min;

    private readonly string Name(int value) =>
        _field.Names.Length == 0 ? value.ToString(CultureInfo.InvariantCulture) : _field.Names[Wrapped(value) - _field.Min];

    /// <summary>Values past the field's end begin again; so 7 is Sunday.</summary>
    private readonly int Wrapped(int value) => value > _field.Max ? value - _field.Size : value;

    private bool Fail(int at, string problem)
    {
        (_problemAt, _problem) = (at, problem);
        return false;
    }

    /// <summary>Text fit for a message: short, nothing that a terminal would act on.</summary>
    private static string Show(ReadOnlySpan<char> text) => text.Length <= 20 ? text.ToString() : $"{text[..20]}…";

    private static string Show(char unit) => char.IsControl(unit) || char.IsSurrogate(unit) ? $"U+{(int)unit:X4}" : unit.ToString();
}

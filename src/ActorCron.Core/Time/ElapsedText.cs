namespace ActorCron.Core.Time;

/// <summary>The durations that <c>@every</c> takes: those of <see cref="Durations"/>, and several in a row as Go programs write them (<c>1h30m10s</c>).</summary>
internal static class ElapsedText
{
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        if (text.IsEmpty || text[0] == 'P') return Durations.TryParse(text.ToString(), out duration);
        duration = TimeSpan.Zero;
        while (!text.IsEmpty)
        {
            var length = 0;
            while (length < text.Length && (char.IsAsciiDigit(text[length]) || text[length] == '.')) length++;
            while (length < text.Length && char.IsAsciiLetter(text[length])) length++;
            if (length == 0 || !Durations.TryParse(text[..length].ToString(), out var part)) return false;
            if (duration > TimeSpan.MaxValue - part) return false;
            duration += part;
            text = text[length..];
        }
        return true;
    }
}

using System.Text;

namespace ActorCron.Core.Crontabs;

/// <summary>The times of a line as one cron text, and where each of its words stood.</summary>
internal sealed class CrontabWords
{
    private readonly List<(int InCron, int Column)> _starts = new(5);
    private readonly StringBuilder _cron = new();

    /// <summary>The words, one blank between them.</summary>
    public string Cron => _cron.ToString();

    public void Add(string word, int column)
    {
        if (_cron.Length > 0) _cron.Append(' ');
        _starts.Add((_cron.Length, column));
        _cron.Append(word);
    }

    /// <summary>The column in the line of a position (from 1) in <see cref="Cron"/>; of the first word when there is none.</summary>
    public int ColumnOf(int? position)
    {
        if (position is not { } at) return _starts.Count > 0 ? _starts[0].Column : 1;
        var (inCron, column) = _starts.FindLast(start => start.InCron < at);
        return column + Math.Max(at - 1 - inCron, 0);
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;

namespace ActorCron.Node.Logging;

/// <summary>The node's log: plain lines on standard output and the newest ones in memory for the API. Nobody who logs ever waits: when the
/// reader of standard output is slow, lines are dropped and counted.</summary>
public sealed class NodeLog : ILoggerProvider
{
    /// <summary>Lines kept in memory.</summary>
    public const int Kept = 2000;

    private const int Queued = 20_000;
    private const int LongestMessage = 16 * 1024;

    private readonly TimeProvider _time;
    private readonly Channel<LogEntry> _lines = Channel.CreateBounded<LogEntry>(new BoundedChannelOptions(Queued) { SingleReader = true });
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Queue<LogEntry> _newest = new(Kept);
    private readonly Task _writing;
    private long _sequence;
    private int _dropped;

    /// <param name="output">Where lines go.</param>
    /// <param name="time">Stamps them; lines show UTC.</param>
    public NodeLog(TextWriter output, TimeProvider time)
    {
        _time = time;
        _writing = WriteAsync(output);
    }

    /// <summary>The least serious level that is logged.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, name => new SourceLogger(this, LogSources.Shorten(name)));

    /// <summary>The oldest kept lines after a sequence number, and the number to go on after.</summary>
    /// <param name="after">Null for the newest lines.</param>
    /// <param name="limit">How many at most.</param>
    public (ImmutableArray<LogEntry> Items, long Next) Read(long? after, int limit)
    {
        lock (_lock)
        {
            ImmutableArray<LogEntry> items = after is { } number
                ? [.. _newest.SkipWhile(entry => entry.Sequence <= number).Take(limit)]
                : [.. _newest.TakeLast(limit)];
            return (items, items.IsEmpty ? after ?? _sequence : items[^1].Sequence);
        }
    }

    /// <summary>Writes what is queued, then ends.</summary>
    public void Dispose()
    {
        _lines.Writer.TryComplete();
        // Last lines matter most; a reader that is gone must not hold up the end for ever.
        Task.WhenAny(_writing, Task.Delay(TimeSpan.FromSeconds(2))).GetAwaiter().GetResult();
    }

    private void Add(LogLevel level, string source, string message)
    {
        if (message.Length > LongestMessage) message = message[..LongestMessage] + "…";
        LogEntry entry;
        lock (_lock)
        {
            entry = new LogEntry(++_sequence, _time.GetUtcNow(), level, source, message);
            if (_newest.Count == Kept) _newest.Dequeue();
            _newest.Enqueue(entry);
        }
        if (!_lines.Writer.TryWrite(entry)) Interlocked.Increment(ref _dropped);
    }

    private async Task WriteAsync(TextWriter output)
    {
        try
        {
            while (await _lines.Reader.WaitToReadAsync())
            {
                while (_lines.Reader.TryRead(out var entry)) await output.WriteLineAsync(Format(entry));
                if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped) await output.WriteLineAsync($"... {dropped} lines dropped: standard output is slow ...");
                await output.FlushAsync();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody reads standard output any more; the lines in memory go on.
            while (await _lines.Reader.WaitToReadAsync())
            {
                while (_lines.Reader.TryRead(out _)) { }
            }
        }
    }

    private static string Format(LogEntry entry) =>
        $"{entry.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {LogLevels.Name(entry.Level).ToUpperInvariant(),-7} {entry.Source} {LogSources.OneLine(entry.Message)}";

    private sealed class SourceLogger(NodeLog log, string source) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= log.Level && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var message = formatter(state, exception);
            log.Add(logLevel, source, exception is null ? message : $"{message}\n{exception}");
        }
    }
}

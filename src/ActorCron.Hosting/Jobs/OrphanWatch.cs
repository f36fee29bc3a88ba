using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ActorCron.Hosting.Jobs;

/// <summary>A small shell beside the node that ends its jobs' process groups should the node itself be killed: their runs are tried again
/// elsewhere, and attempts of one run must not overlap. It learns of the groups through a pipe, which the kernel closes with the node.</summary>
/// <remarks>Not <c>PR_SET_PDEATHSIG</c>: that one follows the thread that started a process, which here is one of a pool and ends sooner
/// than its process, and it reaches the shell alone, none of the processes that the shell started.</remarks>
internal sealed class OrphanWatch(string setsid) : IDisposable
{
    private const string Script =
        """
        cd /
        exec >/dev/null 2>&1
        groups=
        while read -r change group; do
            kept=
            for one in $groups; do [ "$one" = "$group" ] || kept="$kept $one"; done
            groups=$kept
            [ "$change" = + ] && groups="$groups $group"
        done
        [ -n "$groups" ] || exit 0
        for one in $groups; do kill -s TERM -- "-$one"; kill -s CONT -- "-$one"; done
        sleep 5
        for one in $groups; do kill -s KILL -- "-$one"; done
        """;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly object _lock = new();
    private readonly HashSet<int> _groups = [];
    private Thread? _writer;
    private bool _isChanged;
    private bool _hasEnded;

    // Of the writer alone.
    private readonly HashSet<int> _told = [];
    private Process? _shell;

    public void Add(ProcessGroup group)
    {
        lock (_lock)
        {
            if (_groups.Add(group.Id)) Wake();
            if (_writer is not null || _hasEnded) return;
            _writer = new Thread(Write) { IsBackground = true, Name = "orphan-watch" };
            _writer.Start();
        }
    }

    public void Remove(ProcessGroup group)
    {
        lock (_lock)
        {
            if (_groups.Remove(group.Id)) Wake();
        }
    }

    /// <summary>Ends the watch, and with it whatever it still watches.</summary>
    public void Dispose()
    {
        Thread? writer;
        lock (_lock)
        {
            (_hasEnded, writer) = (true, _writer);
            Wake();
        }
        // Where the shell does not read, the pipe ends with this process.
        writer?.Join(LongestWait);
    }

    private void Wake()
    {
        _isChanged = true;
        Monitor.Pulse(_lock);
    }

    // A thread of its own, which holds no lock while it writes: a shell that someone has stopped, so that it does not read, holds up no job.
    private void Write()
    {
        while (TakeChanges(out var changes)) Tell(changes);
        _shell?.StandardInput.Close();
        _shell?.Dispose();
    }

    // The difference between what the shell knows and what there is: however long it does not read, no more waits than there are groups.
    private bool TakeChanges(out List<string> changes)
    {
        lock (_lock)
        {
            while (!_isChanged) Monitor.Wait(_lock);
            _isChanged = false;
            // The first group, or someone killed the watch: a new one learns of all groups.
            if (_shell is not { HasExited: false }) Forget();
            changes = [.. _told.Except(_groups).Select(group => Line('-', group)), .. _groups.Except(_told).Select(group => Line('+', group))];
            _told.Clear();
            _told.UnionWith(_groups);
            return !_hasEnded;
        }
    }

    private void Tell(List<string> changes)
    {
        if (changes.Count == 0) return;
        try
        {
            _shell ??= Start();
            foreach (var change in changes) _shell.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes(change));
        }
        catch (Exception cause) when (cause is IOException or System.ComponentModel.Win32Exception)
        {
            // It was killed meanwhile; with the next change another one learns of all groups.
            Forget();
        }
    }

    private void Forget()
    {
        _shell?.Dispose();
        _shell = null;
        _told.Clear();
    }

    private static string Line(char change, int group) => string.Create(CultureInfo.InvariantCulture, $"{change} {group}\n");

    // A session of its own: what ends the node's group (a terminal's Ctrl-C, say) must not end the watch.
    private Process Start() =>
        Process.Start(new ProcessStartInfo(setsid) { ArgumentList = { "/bin/sh", "-c", Script, "actorcron-orphan-watch" }, RedirectStandardInput = true })!;
}

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

    private readonly Lock _lock = new();
    private readonly HashSet<int> _groups = [];
    private Process? _shell;

    public void Add(ProcessGroup group)
    {
        lock (_lock)
        {
            if (_groups.Add(group.Id)) Tell('+', group.Id);
        }
    }

    public void Remove(ProcessGroup group)
    {
        lock (_lock)
        {
            if (_groups.Remove(group.Id)) Tell('-', group.Id);
        }
    }

    /// <summary>Ends the watch, and with it whatever it still watches.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _shell?.StandardInput.Close();
            _shell?.Dispose();
            _shell = null;
        }
    }

    // A few bytes into a pipe that is read at once: no wait worth an await.
    private void Tell(char change, int group)
    {
        try
        {
            if (_shell is { HasExited: false })
            {
                Write(change, group);
                return;
            }
            // The first group, or someone killed the watch: a new one learns of all groups.
            _shell?.Dispose();
            _shell = Start();
            foreach (var one in _groups) Write('+', one);
        }
        catch (IOException)
        {
            _shell?.Dispose();
            _shell = null;
        }
    }

    private void Write(char change, int group) =>
        _shell!.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{change} {group}\n")));

    // A session of its own: what ends the node's group (a terminal's Ctrl-C, say) must not end the watch.
    private Process Start() =>
        Process.Start(new ProcessStartInfo(setsid) { ArgumentList = { "/bin/sh", "-c", Script, "actorcron-orphan-watch" }, RedirectStandardInput = true })!;
}

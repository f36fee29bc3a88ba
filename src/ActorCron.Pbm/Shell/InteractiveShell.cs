using System.CommandLine;
using System.Text;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;

namespace ActorCron.Pbm.Shell;

/// <summary>pbm without a command: lines of a person with editing, history and completion, or the lines of a script on standard input.</summary>
internal sealed class InteractiveShell
{
    private readonly PbmContext _pbm;
    private readonly PbmConsole _console;
    private readonly RootCommand _root;

    public InteractiveShell(PbmContext outer, NodeSettings settings)
    {
        _console = outer.Console;
        _pbm = new PbmContext(_console) { Session = settings };
        _root = CommandTree.Build(_pbm);
        _root.SetAction(async (parse, stop) => // HOST:PORT alone: this shell goes on with another node
        {
            var next = _pbm.Resolve(parse);
            await GreetAsync(next, stop).ConfigureAwait(false);
            _pbm.Session = next;
            return ExitCode.Ok;
        });
    }

    /// <summary>Reads and carries out lines until <c>exit</c>, Ctrl+D or the end of the input.</summary>
    /// <returns>0 for a person; for a script the code of its last command, as sh does.</returns>
    public async Task<int> RunAsync(CancellationToken cancelled)
    {
        await GreetAsync(_pbm.Session!, cancelled).ConfigureAwait(false);
        var isPerson = _console is { InIsTerminal: true, OutIsTerminal: true };
        var next = isPerson ? ReadTyped() : ReadScript(cancelled);
        var code = ExitCode.Ok;
        while (!cancelled.IsCancellationRequested && await next().ConfigureAwait(false) is { } line)
        {
            if (line.Trim() is "exit" or "quit") break;
            code = await CarryOutAsync(line, code, cancelled).ConfigureAwait(false);
        }
        return isPerson ? ExitCode.Ok : code;
    }

    private async Task GreetAsync(NodeSettings settings, CancellationToken cancelled)
    {
        using var node = new NodeClient(settings, _console.Time);
        await node.GetAsync(new ApiPath("cluster"), cancelled).ConfigureAwait(false);
        if (_console.InIsTerminal)
            await _console.Error.WriteLineAsync($"connected to {settings.Address.Display}; 'help' shows the commands, Tab completes, 'exit' leaves").ConfigureAwait(false);
    }

    private Func<Task<string?>> ReadTyped()
    {
        var history = new LineHistory(_console.ConfigFolder is { } folder ? Path.Combine(folder, "history") : null);
        var editor = new LineEditor(new TerminalKeyboard(_console.Width), _console.Out, history, (line, at) => SuggestAction.Of(_root, line, at));
        return () =>
        {
            var line = editor.ReadLine($"[{_pbm.Session!.Address.Display}] pbm> ");
            if (line is not null) history.Add(line);
            return Task.FromResult(line);
        };
    }

    private Func<Task<string?>> ReadScript(CancellationToken cancelled)
    {
        var lines = new StreamReader(_console.In, Encoding.UTF8, leaveOpen: true);
        return () => lines.ReadLineAsync(cancelled).AsTask();
    }

    private async Task<int> CarryOutAsync(string text, int codeBefore, CancellationToken cancelled)
    {
        // Ctrl+C ends the command, not the shell.
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        _console.OnInterrupt = () => _ = interrupted.CancelAsync();
        try
        {
            var line = ShellLine.Parse(text);
            if (line.Words.Count == 0) return codeBefore;
            await using var file = line.RedirectTo is { } path ? new StreamWriter(path, line.Appends, new UTF8Encoding(false)) { NewLine = "\n" } : null;
            _pbm.Console = file is null ? _console : _console.WithOut(file);
            return await PbmApp.InvokeAsync(_root, line.Words, _pbm, interrupted.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is UsageException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            await _console.Error.WriteLineAsync($"pbm: {Cell.Clean(e.Message)}").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        finally
        {
            _console.OnInterrupt = null;
        }
    }
}

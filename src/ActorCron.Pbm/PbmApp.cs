using System.CommandLine;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;
using ActorCron.Pbm.Parsing;
using ActorCron.Pbm.Shell;

namespace ActorCron.Pbm;

/// <summary>pbm as a function: arguments in, an exit code out (<see cref="ExitCode"/>).</summary>
public static class PbmApp
{
    private const int BrokenPipe = 32; // errno EPIPE: what .NET puts into HResult on Unix

    /// <summary>Carries out one command line, or opens the shell when it names no command.</summary>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="console">Where to read and print.</param>
    /// <param name="cancelled">Ctrl+C: ends a <c>tail</c> with 0 and any other command with 130.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, PbmConsole console, CancellationToken cancelled = default)
    {
        ArgumentNullException.ThrowIfNull(console);
        var pbm = new PbmContext(console);
        var root = CommandTree.Build(pbm);
        root.SetAction((parse, stop) => new InteractiveShell(pbm, pbm.Resolve(parse)).RunAsync(stop));
        return await InvokeAsync(root, args, pbm, cancelled).ConfigureAwait(false);
    }

    /// <summary>Carries out one line and turns whatever it throws into words and an exit code: nobody is shown a stack trace who did not ask for it.</summary>
    internal static async Task<int> InvokeAsync(RootCommand root, IReadOnlyList<string> words, PbmContext pbm, CancellationToken cancelled)
    {
        try
        {
            return await InvokeAsync(root.Parse(words, CommandTree.Parser), pbm, cancelled).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var details = pbm.Console.Variable("PBM_DEBUG") is { Length: > 0 } ? e.ToString() : $"{e.GetType().Name}: {Cell.Clean(e.Message)} (PBM_DEBUG=1 shows where)";
            WriteError(pbm.Console, $"an error of pbm itself, please report it: {details}");
            return ExitCode.Refused;
        }
    }

    private static async Task<int> InvokeAsync(ParseResult parse, PbmContext pbm, CancellationToken cancelled)
    {
        var console = pbm.Console;
        try
        {
            var isAboutPbm = parse.Action is HelpWithExamples or PrintVersion or SuggestAction;
            if (!isAboutPbm && UsageReport.Of(parse, pbm.Globals) is { } mistake) throw new UsageException(mistake);
            var code = await parse.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = console.Out, Error = console.Error },
                cancelled).ConfigureAwait(false);
            await console.Out.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            return code;
        }
        catch (UsageException e)
        {
            WriteUsage(console, parse, e.Message);
            return ExitCode.Usage;
        }
        catch (NodeRefusedException e)
        {
            WriteRefusal(pbm, parse, e.Problem);
            return ExitCode.Refused;
        }
        catch (NodeUnreachableException e)
        {
            WriteError(console, e.Message);
            return ExitCode.NoConnection;
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            return ExitCode.Ok; // The reader of our output has gone ('| head'): nobody is left to tell.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteError(console, e.Message);
            return ExitCode.Refused;
        }
    }

    private static void WriteUsage(PbmConsole console, ParseResult parse, string mistake)
    {
        var command = parse.CommandResult.Command;
        WriteError(console, Cell.Clean(mistake));
        if (command is not RootCommand && command.Subcommands.Count > 0)
            console.Error.WriteLine($"Its commands: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}.");
        console.Error.WriteLine($"Try '{UsageReport.Path(command)} --help'.");
    }

    private static void WriteRefusal(PbmContext pbm, ParseResult parse, Problem problem)
    {
        var isJson = problem.Document.ValueKind != System.Text.Json.JsonValueKind.Undefined && pbm.Resolve(parse).Output == OutputFormat.Json;
        if (isJson) JsonOutput.Write(pbm.Console.Error, problem.Document);
        else WriteError(pbm.Console, problem.ToString());
    }

    // What was printed before the error comes first, also when both streams are one terminal.
    private static void WriteError(PbmConsole console, string message)
    {
        console.Out.Flush();
        console.Error.WriteLine($"pbm: {message}");
    }
}

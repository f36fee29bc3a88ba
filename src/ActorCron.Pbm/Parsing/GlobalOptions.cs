using System.CommandLine;
using ActorCron.Pbm.Input;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Parsing;

/// <summary>What every command takes: <c>[HOST:PORT] --token --token-file -o --timeout</c>.
/// The command line wins over the environment (PBM_HOST, PBM_TOKEN), that over the shell's session, that over the defaults.</summary>
internal sealed class GlobalOptions
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);

    public Argument<string?> Node { get; } = new("HOST:PORT")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "The node to ask; an http(s) URL does too. [default: PBM_HOST, else 127.0.0.1:9110]",
    };

    public Option<string?> Token { get; } = new("--token")
    {
        HelpName = "T",
        Description = "The API's token. Other users of the machine can read a command line: prefer PBM_TOKEN or --token-file.",
        Recursive = true,
    };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        HelpName = "FILE",
        Description = "A file whose first line is the token.",
        Recursive = true,
    };

    public Option<string?> Output { get; } = new Option<string?>("--output", "-o")
    {
        HelpName = "table|json",
        Description = "For people, or the API's own JSON. [default: table]",
        Recursive = true,
    }.AcceptOnlyFromAmong("table", "json");

    public Option<string?> Wait { get; } = new("--timeout")
    {
        HelpName = "DURATION",
        Description = "How long to wait for an answer: 500ms, 30s, 2m. [default: 30s]",
        Recursive = true,
    };

    public void AddTo(Command root)
    {
        root.Arguments.Add(Node);
        foreach (var option in new Option[] { Token, TokenFile, Output, Wait }) root.Options.Add(option);
    }

    /// <exception cref="UsageException">An address, time-out or token file that cannot be.</exception>
    public NodeSettings Resolve(ParseResult parse, Func<string, string?> variable, NodeSettings? session)
    {
        var wait = parse.GetValue(Wait);
        return new NodeSettings(
            Address: Address(parse.GetValue(Node), session is null ? variable("PBM_HOST") : null) ?? session?.Address ?? NodeAddress.Default,
            Token: Sendable("--token", parse.GetValue(Token)) ?? Sendable("--token-file", FromFile(parse.GetValue(TokenFile)))
                ?? session?.Token ?? Sendable("PBM_TOKEN", variable("PBM_TOKEN") is { Length: > 0 } token ? token : null),
            Output: parse.GetValue(Output) switch { "json" => OutputFormat.Json, "table" => OutputFormat.Table, _ => session?.Output ?? OutputFormat.Table },
            Timeout: wait is null ? session?.Timeout ?? DefaultTimeout : SpanInput.ReadWait("--timeout", wait),
            TimeoutIsGiven: wait is not null || session is { TimeoutIsGiven: true });
    }

    private static NodeAddress? Address(string? argument, string? variable)
    {
        if (argument is not null)
            return NodeAddress.Parse(argument) ?? throw new UsageException($"'{argument}' is not HOST:PORT");
        if (string.IsNullOrEmpty(variable)) return null;
        return NodeAddress.Parse(variable, bareHost: true) ?? throw new UsageException($"PBM_HOST: '{variable}' is not HOST:PORT");
    }

    // The value itself is a secret and not shown.
    private static string? Sendable(string option, string? token) =>
        token is null || (token.Length > 0 && token.All(c => c is >= ' ' and <= '~')) ? token : throw new UsageException($"{option}: a token is a line of ASCII characters");

    private static string? FromFile(string? path)
    {
        if (path is null) return null;
        try
        {
            return File.ReadLines(path).FirstOrDefault()?.Trim() is { Length: > 0 } token ? token : throw new UsageException($"--token-file: {path} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--token-file: {e.Message}");
        }
    }
}

using System.CommandLine;
using System.Text.Json;
using ActorCron.Pbm.Node;
using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Parsing;

/// <summary>Words that only the node knows, for completion. A node that is away or slow offers none; a person is typing.</summary>
internal static class ServerCompletion
{
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(300);

    public static IEnumerable<string> Words(PbmContext pbm, ParseResult parse, ApiPath list, Func<JsonElement, string?> word, string items = "items")
    {
        try
        {
            using var node = new NodeClient(pbm.Resolve(parse) with { Timeout = Bound }, pbm.Console.Time);
            return [.. node.Get(list).List(items).Select(word).OfType<string>()];
        }
        catch (Exception e) when (e is NodeUnreachableException or NodeRefusedException or UsageException)
        {
            return [];
        }
    }
}

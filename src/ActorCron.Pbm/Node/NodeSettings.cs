using ActorCron.Pbm.Output;

namespace ActorCron.Pbm.Node;

/// <summary>Which node to ask, as whom, how long to wait, and how to print: what the global options come to.</summary>
/// <param name="Timeout">The bound of one request; of a stream, the longest silence.</param>
/// <param name="TimeoutIsGiven">Whether the user chose it; a long import may otherwise take longer.</param>
internal sealed record NodeSettings(NodeAddress Address, string? Token, OutputFormat Output, TimeSpan Timeout, bool TimeoutIsGiven);

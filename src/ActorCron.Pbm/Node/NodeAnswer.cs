using System.Net;
using System.Text.Json;

namespace ActorCron.Pbm.Node;

/// <summary>What the node answered.</summary>
/// <param name="Status">A 2xx status.</param>
/// <param name="Body">Its JSON; undefined without a body.</param>
/// <param name="Warnings">What the node did although it wonders whether it is meant.</param>
/// <param name="ETag">The version that the answer shows, or null.</param>
internal sealed record NodeAnswer(HttpStatusCode Status, JsonElement Body, IReadOnlyList<string> Warnings, string? ETag);

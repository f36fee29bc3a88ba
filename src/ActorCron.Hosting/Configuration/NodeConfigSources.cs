using System.Collections.Immutable;

namespace ActorCron.Hosting.Configuration;

/// <summary>What a node's configuration is made of, beside the built-in reference; later wins: files, texts, environment, settings.</summary>
public sealed record NodeConfigSources
{
    /// <summary>HOCON files in the order given.</summary>
    public ImmutableArray<string> Files { get; init; } = [];
    /// <summary>HOCON texts in the order given; an <c>include</c> in one is relative to the working directory.</summary>
    public ImmutableArray<string> Texts { get; init; } = [];
    /// <summary>Environment variables; empty to read none.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;
    /// <summary><c>KEY=VALUE</c> texts in the order given.</summary>
    public ImmutableArray<string> Settings { get; init; } = [];

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}

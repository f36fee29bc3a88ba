using ActorCron.Core.Jobs;
using ActorCron.Core.Text;
using ActorCron.Hosting.Configuration;
using ActorCron.Hosting.Jobs;
using ActorCron.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ActorCron.Hosting.Library;

internal sealed class ActorCronBuilder(IServiceCollection services) : IActorCronBuilder
{
    private static readonly string[] BuiltIn = [ShellJob.Type, HttpJob.Type, NoopJob.Type];

    private readonly Dictionary<string, Type> _jobs = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];
    private readonly List<string> _texts = [];
    private readonly List<string> _settings = [];

    public IServiceCollection Services => services;

    /// <summary>The application's own job types, with the classes that execute them.</summary>
    public IReadOnlyDictionary<string, Type> Jobs => _jobs;

    public IActorCronBuilder AddJob<TJob>(string? type = null) where TJob : class, IJobHandler
    {
        type ??= typeof(TJob).Name;
        if (NameSyntax.JobType("type", type) is { } problem) throw new ArgumentException($"The job type '{type}' of {typeof(TJob).Name} {problem.Message}", nameof(type));
        if (BuiltIn.Contains(type)) throw new ArgumentException($"The job type '{type}' is built in; give {typeof(TJob).Name} another name.", nameof(type));
        if (!_jobs.TryAdd(type, typeof(TJob))) throw new ArgumentException($"The job type '{type}' has two handlers: {_jobs[type].Name} and {typeof(TJob).Name}.", nameof(type));
        services.TryAddScoped<TJob>();
        return this;
    }

    public IActorCronBuilder Configure(string key, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentNullException.ThrowIfNull(value);
        _settings.Add($"{key}={value}");
        return this;
    }

    public IActorCronBuilder ConfigureText(string hocon)
    {
        ArgumentNullException.ThrowIfNull(hocon);
        _texts.Add(hocon);
        return this;
    }

    public IActorCronBuilder ConfigureFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _files.Add(path);
        return this;
    }

    /// <exception cref="NodeStartException">The configuration is wrong; the message tells every problem.</exception>
    public NodeConfiguration Load()
    {
        var sources = new NodeConfigSources { Files = [.. _files], Texts = [.. _texts], Settings = [.. _settings], Environment = NodeConfigSources.ProcessEnvironment() };
        if (NodeConfigLoader.TryLoad(sources, out var configuration, out var problems)) return configuration;
        throw new NodeStartException("The configuration of ActorCron is wrong: " + string.Join("; ", problems));
    }
}

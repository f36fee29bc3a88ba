using ActorCron.Core.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCron.Hosting.Library;

/// <summary>What an application's own node is made of. Configuration is the node's (<c>hocon/reference.conf</c>); later wins:
/// files, texts, <c>ACTORCRON_…</c> environment variables, single keys. Its <c>http</c> section has no effect: the library serves no HTTP.</summary>
public interface IActorCronBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }

    /// <summary>Registers the class that executes a job type. Each run gets its own scope, and from it an instance with what it asks for;
    /// the class may also be registered by the application itself, with a lifetime of its choice.</summary>
    /// <param name="type">The job type, case-sensitive; the class's name when left out.</param>
    /// <exception cref="ArgumentException">The name is not 1 to 100 of <c>A-Z a-z 0-9 . _ -</c>, or it has been given already.</exception>
    IActorCronBuilder AddJob<TJob>(string? type = null) where TJob : class, IJobHandler;

    /// <summary>Sets one key; <c>actorcron.</c> may be left out. A value that starts with <c>[</c> or <c>{</c> is read as HOCON.</summary>
    IActorCronBuilder Configure(string key, string value);

    /// <summary>Adds a HOCON text.</summary>
    IActorCronBuilder ConfigureText(string hocon);

    /// <summary>Adds a HOCON file; it must exist when the host is built.</summary>
    IActorCronBuilder ConfigureFile(string path);
}

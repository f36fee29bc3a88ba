using System.Collections.Frozen;
using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;

namespace ActorCron.Hosting.Jobs;

/// <summary>Which handler executes which job type. Type names are case-sensitive.</summary>
public sealed class JobRegistry
{
    private readonly FrozenDictionary<string, IJobHandler> _handlers;

    /// <param name="handlers">Pairs of type name and handler.</param>
    /// <exception cref="ArgumentException">A type is empty, is <c>batch</c>, or has two handlers.</exception>
    public JobRegistry(IEnumerable<KeyValuePair<string, IJobHandler>> handlers)
    {
        var known = new Dictionary<string, IJobHandler>(StringComparer.Ordinal);
        foreach (var (type, handler) in handlers)
        {
            if (string.IsNullOrWhiteSpace(type)) throw new ArgumentException($"{handler.GetType().Name} is registered under an empty job type.", nameof(handlers));
            if (type == BatchJob.Type) throw new ArgumentException($"Job type '{type}' is the cluster's own: {handler.GetType().Name} needs another name.", nameof(handlers));
            if (!known.TryAdd(type, handler))
                throw new ArgumentException($"Job type '{type}' has two handlers: {known[type].GetType().Name} and {handler.GetType().Name}.", nameof(handlers));
        }
        _handlers = known.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The types that have a handler, in order of their names.</summary>
    public IReadOnlyList<string> Types => [.. _handlers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The handler of a type, or null.</summary>
    public IJobHandler? Find(string type) => _handlers.GetValueOrDefault(type);

    /// <summary>What is wrong with a job, or null: its type has no handler, or its handler would refuse its params.</summary>
    public string? Problem(JobSpec job) => _handlers.ContainsKey(job.Type) ? CheckParams(job) : UnknownType(job.Type);

    /// <summary>What is wrong with a job's params, or null; also null for a type without a handler here, whose params nobody here can judge.</summary>
    public string? CheckParams(JobSpec job) => Find(job.Type) is IJobParamsCheck check ? check.Problem(job.Params) : null;

    /// <summary>The refusal of a type that has no handler, with the type that was probably meant.</summary>
    public string UnknownType(string type) =>
        _handlers.Count == 0
            ? $"unknown job type '{type}': no handler is registered"
            : $"unknown job type '{type}': {(MeantTypes.Of(type, Types) is { } meant ? $"did you mean '{meant}'? Known" : "known")}: {string.Join(", ", Types)}";
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using ActorCron.Core.Jobs;
using ActorCron.Core.Json;
using ActorCron.Core.Text;

namespace ActorCron.Core.Batches;

/// <summary>The job type <c>batch</c>: a split whose output is a JSON array, a map that is run once an item, a reduce that gets the results.</summary>
public sealed record BatchJob
{
    public const string Type = JobSpec.BatchType;

    /// <summary>The most items that a split may give.</summary>
    public const int MaxItems = 100_000;

    private static readonly FieldNames Fields = new("split", "map", "reduce", "onItemFailure", "toleratedFailures");
    private static readonly string[] MapNames = ["item"];
    private static readonly string[] ReduceNames = ["results", "items", "succeeded", "failed"];
    private static readonly WireNames<BatchFailurePolicy> Policies = new(
        (BatchFailurePolicy.Fail, "fail"), (BatchFailurePolicy.Stop, "stop"), (BatchFailurePolicy.Continue, "continue"));

    public required JobSpec Split { get; init; }

    /// <summary>Type and own params of the items' runs.</summary>
    public required JobSpec Map { get; init; }

    /// <summary>Whether the map was given as an object: a built-in handler then reads its params from there, whatever an item says.</summary>
    public bool MapHasParams { get; init; }

    /// <summary>Null where nothing follows the items.</summary>
    public JobSpec? Reduce { get; init; }

    public BatchFailurePolicy OnItemFailure { get; init; }

    /// <summary>Items that may fail before <see cref="OnItemFailure"/> applies.</summary>
    public int ToleratedFailures { get; init; }

    /// <summary>Split, map and reduce with the fields that they stand in (<c>job.params.split</c>, …).</summary>
    public IEnumerable<(string Field, JobSpec Job)> Jobs()
    {
        yield return ("job.params.split", Split);
        yield return ("job.params.map", Map);
        if (Reduce is not null) yield return ("job.params.reduce", Reduce);
    }

    /// <summary>Reads the params of a batch.</summary>
    /// <param name="job">A job of this type.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="problem">The first thing that is wrong.</param>
    public static bool TryParse(JobSpec job, [NotNullWhen(true)] out BatchJob? batch, [NotNullWhen(false)] out FieldProblem? problem)
    {
        var json = new JsonFields(Encoding.UTF8.GetBytes(job.Params), tolerant: false);
        try
        {
            json.Start();
            batch = Read(ref json, "job.params");
            json.End();
            problem = json.HasProblems ? json.Problems[0] : null;
        }
        catch (JsonException malformed)
        {
            (batch, problem) = (null, json.Malformed(malformed));
        }
        if (problem is null) return batch is not null;
        batch = null;
        return false;
    }

    /// <summary>Reports everything that is wrong with the params of a batch.</summary>
    internal static void Check(JobSpec job, string field, ref JsonFields report)
    {
        var json = new JsonFields(Encoding.UTF8.GetBytes(job.Params), tolerant: false);
        json.Start();
        Read(ref json, field);
        foreach (var problem in json.Problems) report.Report(problem);
    }

    private static BatchJob? Read(ref JsonFields json, string field)
    {
        if (!json.IsObject(field)) return null;
        JobSpec? split = null, map = null, reduce = null;
        var (seen, hasParams, policy, tolerated) = (0UL, false, BatchFailurePolicy.Fail, 0);
        while (json.Next(Fields, field + ".", ref seen, out var name))
        {
            var here = $"{field}.{name}";
            switch (name)
            {
                case "split": split = ReadJob(ref json, here, []); break;
                case "map" when json.IsText: map = ReadType(ref json, here); break;
                case "map":
                    map = ReadJob(ref json, here, MapNames);
                    hasParams = true;
                    break;
                case "reduce" when json.IsNull: break;
                case "reduce": reduce = ReadJob(ref json, here, ReduceNames); break;
                case "onItemFailure": policy = json.Name(here, Policies) ?? policy; break;
                default: tolerated = (int)(json.Integer(here, 0, MaxItems) ?? 0); break;
            }
        }
        if ((seen & 1) == 0) json.Report(field + ".split", "is missing: the job whose output is a JSON array, one item a run");
        if ((seen & 2) == 0) json.Report(field + ".map", "is missing: the job type that executes an item, or { \"type\", \"params\" }");
        if (policy == BatchFailurePolicy.Continue && tolerated > 0) json.Report(field + ".toleratedFailures", "has no meaning beside \"onItemFailure\": \"continue\", which tolerates every failure");
        if (json.HasProblems) return null;
        return new BatchJob { Split = split!, Map = map!, MapHasParams = hasParams, Reduce = reduce, OnItemFailure = policy, ToleratedFailures = tolerated };
    }

    private static JobSpec? ReadType(ref JsonFields json, string field)
    {
        var type = json.Text(field, "a job type")!;
        json.Report(NameSyntax.JobType(field, type));
        return Nested(ref json, field, new JobSpec(type, "{}"));
    }

    private static JobSpec? ReadJob(ref JsonFields json, string field, string[] filledIn)
    {
        if (JobReader.Read(ref json, field) is not { } job) return null;
        using var parameters = JsonDocument.Parse(job.Params);
        foreach (var name in filledIn)
            if (parameters.RootElement.TryGetProperty(name, out _)) json.Report($"{field}.params.{name}", "is filled in by the batch: give it another name");
        return Nested(ref json, field + ".type", job);
    }

    private static JobSpec? Nested(ref JsonFields json, string field, JobSpec job)
    {
        if (job.Type != Type) return job;
        json.Report(field, "must not be a batch itself");
        return null;
    }
}

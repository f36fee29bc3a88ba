using ActorCron.Core.Text;

namespace ActorCron.Core.Jobs;

/// <summary>The names of a batch's phases in documents and messages.</summary>
public static class BatchNames
{
    private static readonly WireNames<BatchRole> Names = new((BatchRole.Split, "split"), (BatchRole.Map, "map"), (BatchRole.Reduce, "reduce"));

    public static string Of(BatchRole role) => Names.Of(role);
}

namespace ActorCron.Hosting.Jobs;

/// <summary>A handler that can tell from a job's params alone that it would refuse them, so that a schedule with a slip is refused when it is
/// written instead of failing at each occurrence. Optional: a handler may implement it beside <see cref="ActorCron.Core.Jobs.IJobHandler"/>.</summary>
public interface IJobParamsCheck
{
    /// <summary>What is wrong with the params and what would be right, or null.</summary>
    /// <param name="parameters">A JSON object as text.</param>
    string? Problem(string parameters);
}

namespace ActorCron.Pbm.Node;

/// <summary>The node answered, and its answer was no. Ends with <see cref="ExitCode.Refused"/>.</summary>
internal sealed class NodeRefusedException(Problem problem) : Exception(problem.ToString())
{
    public Problem Problem => problem;
}

using Akka.Actor;

namespace ActorCron.Node.Api.Operations;

/// <summary>Reads the paths of local actors.</summary>
internal static class ActorTree
{
    /// <summary>Paths listed at most.</summary>
    public const int Most = 10_000;

    /// <summary>The actor at a path and those below it, depth first; null where there is none.</summary>
    /// <param name="system">The system.</param>
    /// <param name="path">From the root, as <c>/user/scheduler</c>.</param>
    /// <param name="depth">Levels below it; 0 for itself alone.</param>
    public static IReadOnlyList<string>? Walk(ActorSystem system, string path, int depth)
    {
        var root = ((ExtendedActorSystem)system).Provider.RootGuardian;
        var start = path.Trim('/').Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate((IInternalActorRef?)root, (parent, name) => parent is ActorRefWithCell cell && cell.GetSingleChild(name) is var child && child is not null && !child.IsNobody() ? child : null);
        if (start is null) return null;
        var paths = new List<string>();
        Collect(start, depth, paths);
        return paths;
    }

    private static void Collect(IActorRef actor, int depth, List<string> paths)
    {
        if (paths.Count >= Most) return;
        paths.Add(actor.Path.ToStringWithoutAddress());
        if (depth == 0 || actor is not ActorRefWithCell parent) return;
        foreach (var child in parent.Children.OrderBy(child => child.Path.Name, StringComparer.Ordinal)) Collect(child, depth - 1, paths);
    }
}

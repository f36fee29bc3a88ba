using ActorCron.Core.Crontabs;

namespace ActorCron.Node.Importing;

/// <summary>A crontab of this node.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Crontab">What stands in it.</param>
internal sealed record CrontabSource(string Path, Crontab Crontab);

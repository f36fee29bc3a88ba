using System.Collections.Immutable;
using ActorCron.Core.Schedules;
using ActorCron.Core.Text;

namespace ActorCron.Core.Crontabs;

/// <summary>How a crontab becomes schedules.</summary>
public sealed record CrontabOptions
{
    /// <summary>The owner of the schedules; in a system crontab the user column names it instead.</summary>
    public string User { get; init; } = "crontab";

    /// <summary>What the ids begin with. A re-import removes the entries under it that the file no longer has; what no crontab made stays.</summary>
    public string Prefix { get; init; } = "crontab/";

    /// <summary>The zone of lines without a <c>CRON_TZ</c> above them, an IANA id. cron itself takes the machine's.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Whether a user column stands between times and command, as in <c>/etc/crontab</c> and <c>/etc/cron.d</c>.</summary>
    public bool System { get; init; }

    /// <summary>Whether commands run as the users of the user column; else all run as the account of the node's shell jobs.</summary>
    public bool RunsAsUsers { get; init; }

    /// <summary>Accounts of this machine: a command that begins with one is likely a line of a system crontab.</summary>
    public ImmutableHashSet<string> Accounts { get; init; } = [];

    /// <summary>Whether it is the node's own crontab, whose shell jobs run although shell jobs are off.</summary>
    public bool FromCrontab { get; init; }

    public string Queue { get; init; } = "default";
    public CatchUp CatchUp { get; init; } = CatchUp.Default;

    /// <summary>How long a job may run. cron lets jobs run without an end, so this is the longest that a schedule may have.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromDays(30);

    /// <summary>What is wrong with the options; a crontab read with wrong ones has no entries.</summary>
    public FieldProblem? Check() =>
        NameSyntax.Label("user", User)
        ?? (Prefix.Length is 0 or > 100 ? new FieldProblem("prefix", "must have 1 to 100 characters") : NameSyntax.ScheduleId("prefix", Prefix))
        ?? NameSyntax.QueueName("queue", Queue)
        ?? CrontabZone.Check("timeZone", TimeZone);
}

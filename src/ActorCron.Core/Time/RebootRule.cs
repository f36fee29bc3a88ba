namespace ActorCron.Core.Time;

/// <summary><c>@reboot</c>: once when the cluster forms, which no clock can tell.</summary>
internal sealed class RebootRule : TimeRule
{
    public static readonly RebootRule Instance = new();

    private RebootRule()
    {
    }

    public override bool HasSeconds => false;

    public override bool IsReboot => true;

    public override DateTimeOffset? Next(DateTimeOffset after) => null;
}

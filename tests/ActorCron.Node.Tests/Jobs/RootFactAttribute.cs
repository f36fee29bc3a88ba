namespace ActorCron.Node.Tests.Jobs;

/// <summary>A fact about changing the account, which only root can.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess) Skip = "Only root can run commands as another account.";
    }
}

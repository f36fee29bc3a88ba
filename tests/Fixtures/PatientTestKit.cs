using Akka.Actor.Setup;
using Akka.Configuration;
using Xunit.Abstractions;

namespace ActorCron.Tests.Fixtures;

/// <summary>The TestKit of all tests here: what it waits for may take as long as a busy machine needs. A wait ends as soon as the message
/// is there, so a long bound costs nothing.</summary>
/// <remarks>Directory.Build.targets gives every project that has the TestKit this class under the name TestKit.</remarks>
public class PatientTestKit : Akka.TestKit.Xunit2.TestKit
{
    // The second one bounds also the start of the kit's own actor.
    private const string Patience = "akka.test { single-expect-default = 60s, default-timeout = 60s }";

    public PatientTestKit(ITestOutputHelper? output = null) : base(Patience, output)
    {
    }

    public PatientTestKit(string config, ITestOutputHelper? output = null) : this(ConfigurationFactory.ParseString(config), output: output)
    {
    }

    public PatientTestKit(Config config, string? actorSystemName = null, ITestOutputHelper? output = null)
        : base(config.WithFallback(Patience), actorSystemName, output)
    {
    }

    /// <param name="config">The system's configuration.</param>
    /// <param name="setup">What else the system is to be made with.</param>
    /// <param name="actorSystemName">Its name.</param>
    public PatientTestKit(Config config, Setup setup, string actorSystemName) : base(ActorSystemSetup.Create(
        Akka.Actor.BootstrapSetup.Create().WithConfig(config.WithFallback(Patience).WithFallback(DefaultConfig)), setup), actorSystemName)
    {
    }
}

using ActorCron.Hosting.Configuration;
using ActorCron.Node.Running;

using var signals = new StopSignals();
return await NodeProgram.RunAsync(args, NodeConfigSources.ProcessEnvironment(), Console.Out, Console.Error, signals.Asked);

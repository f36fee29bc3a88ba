using ActorCron.Simulation;

return CommandLine.Run(args);

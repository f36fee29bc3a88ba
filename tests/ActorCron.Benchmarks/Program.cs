using ActorCron.Benchmarks;

// One command a figure: dotnet run -c Release --project tests/ActorCron.Benchmarks -- NAME [arguments]
switch (args.FirstOrDefault())
{
    case "amqp":
        await AmqpBenchmark.RunAsync(args[1..]);
        return 0;
    case "mongodb":
        return await MongoBenchmark.RunAsync(args[1..]);
    case "history":
        return await HistoryBenchmark.RunAsync(args[1..]);
    case "end-to-end":
        return await EndToEndBenchmark.RunAsync(args[1..]);
    case "batch":
        return await BatchBenchmark.RunAsync(args[1..]);
    case "backfill":
        return await BackfillBenchmark.RunAsync(args[1..]);
    default:
        Console.Error.WriteLine("""
            amqp                                   publish with confirms, consume and ack: the connector against the plain client
            mongodb CONNECTION                     16 writers through the journal against plain InsertMany
            history sqlite|postgresql TARGET ROWS  run records written, and first pages of every combination of filters
            end-to-end [COUNT] [KEY=VALUE]…        no-op runs due at one instant, until all are recorded: against one journal write a run
            batch [COUNT] [KEY=VALUE]…             one batch of no-op items, from its begin to the end of its reduce
            backfill [COUNT] [allow|queue]         so many minutes of one no-op schedule, while 64 others run every other second: how late they start
            """);
        return 2;
}

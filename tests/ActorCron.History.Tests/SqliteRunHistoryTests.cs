using ActorCron.Core.Runs;

namespace ActorCron.History.Tests;

public sealed class SqliteRunHistoryTests : RunHistoryConformance
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorcron-history-");

    protected override Task<IRunHistory> CreateAsync() => Task.FromResult(Another());

    protected override IRunHistory Another() => new SqliteRunHistory(Path.Combine(_folder.FullName, "runs.db"));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

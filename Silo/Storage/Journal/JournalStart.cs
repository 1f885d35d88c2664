namespace GameCluster.Silo.Storage.Journal;

/// <summary>Has the journal log in when the silo starts, and not when the first room has something to write: whatever is wrong with it is said then. The silo starts in any case.</summary>
internal sealed partial class JournalStart(AppendQueue appends, ILogger<JournalStart> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogJournal(logger, appends.DatabaseName);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Durable rooms are journaled in {Database}")]
    private static partial void LogJournal(ILogger logger, string database);
}

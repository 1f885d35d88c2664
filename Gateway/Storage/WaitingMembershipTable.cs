using Orleans.Configuration;

namespace GameCluster.Gateway.Storage;

/// <summary>
/// The table of members, which waits for PostgreSQL while that is away. Orleans by itself tries again less and less often (up to a minute apart), so that a
/// silo which died in an outage was evicted half a minute after the outage's end; a call that waits here goes on the moment the database answers.
/// </summary>
/// <remarks>See docs/decisions/0019. What is decided, and by whom, is Orleans' own affair; when it is seen is that of the <see cref="EvictionFence"/>.</remarks>
internal sealed partial class WaitingMembershipTable(
    IMembershipTable table,
    DatabaseWatch database,
    EvictionFence fence,
    ClusterMembershipOptions options,
    TimeProvider time,
    ILogger<WaitingMembershipTable> logger) : IMembershipTable
{
    private static readonly TimeSpan StatementTime = TimeSpan.FromSeconds(DatabaseSettings.CommandTimeoutSeconds);

    private TimeSpan AlivePeriod => options.IAmAliveTablePublishTimeout * options.NumMissedTableIAmAliveLimit;

    public Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken) =>
        WaitAsync(() => table.InitializeMembershipTableAsync(tryInitTableVersion, cancellationToken), cancellationToken);

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) =>
        table.DeleteMembershipTableEntriesAsync(clusterId, cancellationToken);

    public Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken) =>
        table.CleanupDefunctSiloEntriesAsync(beforeDate, cancellationToken);

    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken)
    {
        var data = await ReadAsync(() => table.ReadRowAsync(key, cancellationToken), cancellationToken);
        fence.OnRowRead(data);
        return data;
    }

    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken)
    {
        var data = await ReadAsync(() => table.ReadAllAsync(cancellationToken), cancellationToken);
        await fence.OnReadAsync(data, cancellationToken);
        return data;
    }

    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken) =>
        WriteAsync(() => table.InsertRowAsync(entry, tableVersion, cancellationToken), cancellationToken);

    public async Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken)
    {
        var written = await WriteAsync(() => table.UpdateRowAsync(entry, etag, tableVersion, cancellationToken), cancellationToken);
        if (written)
        {
            await fence.OnWrittenAsync(entry, cancellationToken);
        }

        return written;
    }

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken) =>
        WaitAsync(() => table.UpdateIAmAliveAsync(entry, cancellationToken), cancellationToken);

    // The interface's old form, which Orleans does not call any more.
    Task IMembershipTable.InitializeMembershipTable(bool tryInitTableVersion) => InitializeMembershipTableAsync(tryInitTableVersion, CancellationToken.None);

    Task IMembershipTable.DeleteMembershipTableEntries(string clusterId) => DeleteMembershipTableEntriesAsync(clusterId, CancellationToken.None);

    Task IMembershipTable.CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => CleanupDefunctSiloEntriesAsync(beforeDate, CancellationToken.None);

    Task<MembershipTableData> IMembershipTable.ReadRow(SiloAddress key) => ReadRowAsync(key, CancellationToken.None);

    Task<MembershipTableData> IMembershipTable.ReadAll() => ReadAllAsync(CancellationToken.None);

    Task<bool> IMembershipTable.InsertRow(MembershipEntry entry, TableVersion tableVersion) => InsertRowAsync(entry, tableVersion, CancellationToken.None);

    Task<bool> IMembershipTable.UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => UpdateRowAsync(entry, etag, tableVersion, CancellationToken.None);

    Task IMembershipTable.UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry, CancellationToken.None);

    private async Task WaitAsync(Func<Task> act, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await act().WaitAsync(StatementTime, time, cancellationToken);
                return;
            }
            catch (Exception failure) when (DatabaseOutage.IsSignOf(failure))
            {
                await AnswersAsync(failure, cancellationToken);
            }
        }
    }

    private async Task<MembershipTableData> ReadAsync(Func<Task<MembershipTableData>> read, CancellationToken cancellationToken)
    {
        MembershipTableData? data = null;
        await WaitAsync(async () => data = await read(), cancellationToken);
        ForgiveSilence(data!);
        return data!;
    }

    /// <summary>
    /// A write may have been done although its answer was lost. It is said to have lost against another one then: whoever asked reads the table again and sees.
    /// </summary>
    private async Task<bool> WriteAsync(Func<Task<bool>> write, CancellationToken cancellationToken)
    {
        try
        {
            return await write().WaitAsync(StatementTime, time, cancellationToken);
        }
        catch (Exception failure) when (DatabaseOutage.IsSignOf(failure))
        {
            await AnswersAsync(failure, cancellationToken);
            return false;
        }
    }

    private Task AnswersAsync(Exception failure, CancellationToken cancellationToken)
    {
        LogWaiting(failure.Message);
        return database.AnswersAsync(cancellationToken);
    }

    /// <summary>
    /// Nobody could say "I am alive" in an outage. Without this all members would count as long silent right after one; then a single vote evicts, and news of a
    /// change are sent to nobody.
    /// </summary>
    private void ForgiveSilence(MembershipTableData data)
    {
        if (database.LastOutage is not { } outage || time.GetUtcNow() - outage.Until > AlivePeriod)
        {
            return;
        }

        foreach (var (entry, _) in data.Members)
        {
            if (entry.Status == SiloStatus.Active && entry.IAmAliveTime < outage.Until.UtcDateTime && entry.IAmAliveTime >= outage.From.UtcDateTime - AlivePeriod)
            {
                entry.IAmAliveTime = outage.Until.UtcDateTime;
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The table of members waits for PostgreSQL: {Reason}")]
    private partial void LogWaiting(string reason);
}

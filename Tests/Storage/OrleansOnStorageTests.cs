using System.Net;
using GameCluster.Silo.Storage;
using GameCluster.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;

namespace GameCluster.Tests.Storage;

/// <summary>A real silo on our schemas.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
internal sealed class OrleansOnStorageTests
{
    private const string StateName = "profile";
    private const string AdoNetSqlite = "System.Data.SQLite";
    private const string AdoNetPostgreSql = "Npgsql";

    private static readonly GrainId Player = GrainId.Create("player", "anna");

    private readonly SqliteFile _file = new();
    private IHost? _silo;

    [TearDown]
    public async Task StopSiloAsync()
    {
        using (_silo)
        {
            await (_silo?.StopAsync() ?? Task.CompletedTask);
        }

        _file.Dispose();
    }

    [Test]
    public async Task Silo_OnPostgreSql_BecomesActiveAndIsDeadAfterItsStop(CancellationToken cancellationToken)
    {
        var database = await MigratedPostgres.CreateAsync();
        var silo = await StartOnPostgreSqlAsync(database, cancellationToken);
        Assert.That(await MemberStatusAsync(database), Is.EqualTo((int)SiloStatus.Active));

        await silo.StopAsync(cancellationToken);

        Assert.That(await MemberStatusAsync(database), Is.EqualTo((int)SiloStatus.Dead));
    }

    [Test]
    public async Task GrainState_OnPostgreSql_IsReadBackAndGuardedByItsETag(CancellationToken cancellationToken)
    {
        var silo = await StartOnPostgreSqlAsync(await MigratedPostgres.CreateAsync(), cancellationToken);

        await AssertRoundTripAsync(silo.Services.GetRequiredKeyedService<IGrainStorage>("Default"));
    }

    [Test]
    public async Task GrainState_OnSqlite_IsReadBackAndGuardedByItsETag(CancellationToken cancellationToken)
    {
        await new SqliteMigrator(_file.ConnectionString, NullLogger.Instance, TimeProvider.System).MigrateAsync(cancellationToken);
        var silo = await StartAsync(builder => builder
            .UseLocalhostClustering(LoopbackPort.Free(), LoopbackPort.Free())
            .AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString) = (AdoNetSqlite, _file.ConnectionString)),
            cancellationToken);

        await AssertRoundTripAsync(silo.Services.GetRequiredKeyedService<IGrainStorage>("Default"));
    }

    [Test]
    public async Task Reminder_OnPostgreSql_IsUpsertedFoundInItsRangeAndRemoved(CancellationToken cancellationToken)
    {
        var silo = await StartOnPostgreSqlAsync(await MigratedPostgres.CreateAsync(), cancellationToken);
        var table = silo.Services.GetRequiredService<IReminderTable>();
        var hash = Player.GetUniformHashCode();

        var first = await table.UpsertRow(ReminderOf(TimeSpan.FromMinutes(5)));
        var second = await table.UpsertRow(ReminderOf(TimeSpan.FromDays(60)));

        var found = (await table.ReadRows(hash - 1, hash)).Reminders.Single();
        Assert.That((found.GrainId, found.ReminderName, found.Period, found.ETag), Is.EqualTo((Player, "daily", TimeSpan.FromDays(60), second)));
        Assert.That((await table.ReadRows(hash, hash - 1)).Reminders, Is.Empty);
        Assert.That(await table.RemoveRow(Player, "daily", first!), Is.False);
        Assert.That(await table.RemoveRow(Player, "daily", second!), Is.True);
    }

    private static ReminderEntry ReminderOf(TimeSpan period) =>
        new() { GrainId = Player, ReminderName = "daily", StartAt = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc), Period = period };

    private static async Task AssertRoundTripAsync(IGrainStorage storage)
    {
        var written = new GrainState<Profile>(new() { Name = "Anna", Level = 7 });
        await storage.WriteStateAsync(StateName, Player, written);

        var read = new GrainState<Profile>();
        await storage.ReadStateAsync(StateName, Player, read);
        Assert.That((read.State!.Name, read.State.Level, read.ETag, read.RecordExists), Is.EqualTo(("Anna", 7, written.ETag, true)));

        await storage.WriteStateAsync(StateName, Player, written);
        Assert.That(() => storage.WriteStateAsync(StateName, Player, read), Throws.TypeOf<InconsistentStateException>());
        Assert.That(() => storage.ClearStateAsync(StateName, Player, read), Throws.TypeOf<InconsistentStateException>());
        Assert.That(() => storage.WriteStateAsync(StateName, Player, new GrainState<Profile>(new())), Throws.TypeOf<InconsistentStateException>());

        await storage.ClearStateAsync(StateName, Player, written);
        await storage.ReadStateAsync(StateName, Player, read);
        Assert.That(read.State!.Name, Is.Empty);
    }

    private Task<IHost> StartOnPostgreSqlAsync(string database, CancellationToken cancellationToken) => StartAsync(builder => builder
        .ConfigureEndpoints(IPAddress.Loopback, LoopbackPort.Free(), LoopbackPort.Free())
        .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (AdoNetPostgreSql, database))
        .AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString) = (AdoNetPostgreSql, database))
        .UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (AdoNetPostgreSql, database)),
        cancellationToken);

    private async Task<IHost> StartAsync(Action<ISiloBuilder> configure, CancellationToken cancellationToken)
    {
        _silo = Host.CreateDefaultBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .UseOrleans(builder =>
            {
                builder.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("storage-tests", "storage-tests"));
                configure(builder);
            })
            .Build();
        await _silo.StartAsync(cancellationToken);
        return _silo;
    }

    private static async Task<int> MemberStatusAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand("SELECT Status FROM OrleansMembership");
        return (int)(await command.ExecuteScalarAsync())!;
    }

    [GenerateSerializer]
    internal sealed class Profile
    {
        [Id(0)]
        public string Name { get; set; } = "";

        [Id(1)]
        public int Level { get; set; }
    }
}

using System.Data;
using System.Text;

namespace GameCluster.Tests.Storage;

/// <summary>What the Orleans grain storage provider relies on, for each database that implements it.</summary>
[CancelAfter(120_000)]
internal abstract class GrainStorageQueryTests
{
    protected const string WriteKey = "WriteToStorageKey";
    protected const string ReadKey = "ReadFromStorageKey";
    protected const string ClearKey = "ClearStorageKey";
    protected const string DeleteKey = "DeleteStorageKey";

    /// <summary>The queries of a freshly migrated database, set up by the implementation.</summary>
    protected OrleansQueries Queries { get; set; } = null!;

    [Test]
    public async Task Read_UnknownGrain_ReturnsNoRow() => Assert.That(await Queries.RunAsync(ReadKey, Grain("nobody")), Is.Empty);

    [Test]
    public async Task Write_FirstTime_CreatesVersionOne()
    {
        Assert.That(await WriteAsync(Grain("new"), null, "first"), Is.EqualTo(1));
        Assert.That(await ReadAsync(Grain("new")), Is.EqualTo(("first", 1)));
    }

    [Test]
    public async Task Write_ExpectedVersion_RaisesIt()
    {
        await WriteAsync(Grain("raise"), null, "first");

        Assert.That(await WriteAsync(Grain("raise"), 1, "second"), Is.EqualTo(2));
        Assert.That(await ReadAsync(Grain("raise")), Is.EqualTo(("second", 2)));
    }

    [TestCase(null)]
    [TestCase(7)]
    public async Task Write_OtherVersion_ReturnsItUnchangedAndChangesNothing(int? expected)
    {
        await WriteAsync(Grain("lost"), null, "first");

        Assert.That(await WriteAsync(Grain("lost"), expected, "second"), Is.EqualTo(expected));
        Assert.That(await ReadAsync(Grain("lost")), Is.EqualTo(("first", 1)));
    }

    [Test]
    public async Task Write_VersionOfAMissingRow_ReturnsItUnchangedAndCreatesNothing()
    {
        Assert.That(await WriteAsync(Grain("missing"), 3, "state"), Is.EqualTo(3));
        Assert.That(await Queries.RunAsync(ReadKey, Grain("missing")), Is.Empty);
    }

    [TestCase(null)]
    [TestCase("extension")]
    public async Task Write_ConcurrentFirstWrites_ExactlyOneWins(string? extension)
    {
        var versions = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => WriteAsync(Grain(extension), null, $"state {i}"))));

        Assert.That(versions.Count(version => version == 1), Is.EqualTo(1));
        Assert.That(versions.Count(version => version is null), Is.EqualTo(15));
    }

    [Test]
    public async Task Write_ConcurrentUpdatesOfOneVersion_ExactlyOneWins()
    {
        await WriteAsync(Grain("race"), null, "first");

        var versions = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => WriteAsync(Grain("race"), 1, $"state {i}"))));

        Assert.That(versions.Count(version => version == 2), Is.EqualTo(1));
        Assert.That((await ReadAsync(Grain("race"))).Version, Is.EqualTo(2));
    }

    [Test]
    public async Task Write_EqualHashesOfOtherIdentities_KeepsThemApart()
    {
        var identities = new[]
        {
            Grain("a"), Grain("b"), Grain("a", type: "other"), Grain("a", service: "other"), Grain("a", n0: 9), Grain("a", n1: 9), Grain(null),
        };

        foreach (var (identity, i) in identities.Select((identity, i) => (identity, i)))
        {
            Assert.That(await WriteAsync(identity, null, $"state {i}"), Is.EqualTo(1));
        }

        for (var i = 0; i < identities.Length; i++)
        {
            Assert.That((await ReadAsync(identities[i])).Payload, Is.EqualTo($"state {i}"));
        }
    }

    [Test]
    public async Task Clear_ExpectedVersion_KeepsTheRowWithoutPayload()
    {
        await WriteAsync(Grain("clear"), null, "first");

        Assert.That(await RunAsync(ClearKey, Grain("clear"), 1), Is.EqualTo(2));
        Assert.That(await ReadAsync(Grain("clear")), Is.EqualTo(((string?)null, 2)));
        Assert.That(await WriteAsync(Grain("clear"), 2, "again"), Is.EqualTo(3));
    }

    [Test]
    public async Task Delete_ExpectedVersion_RemovesTheRow()
    {
        await WriteAsync(Grain("delete"), null, "first");

        Assert.That(await RunAsync(DeleteKey, Grain("delete"), 1), Is.EqualTo(2));
        Assert.That(await Queries.RunAsync(ReadKey, Grain("delete")), Is.Empty);
    }

    [TestCase(ClearKey, 5)]
    [TestCase(ClearKey, null)]
    [TestCase(DeleteKey, 5)]
    [TestCase(DeleteKey, null)]
    public async Task ClearOrDelete_OtherVersion_ReturnsItUnchangedAndChangesNothing(string key, int? expected)
    {
        await WriteAsync(Grain("kept"), null, "first");

        Assert.That(await RunAsync(key, Grain("kept"), expected), Is.EqualTo(expected));
        Assert.That(await ReadAsync(Grain("kept")), Is.EqualTo(("first", 1)));
    }

    private static (string, object?, DbType)[] Grain(string? extension, string type = "player", string service = "game", long n0 = 1, long n1 = -2) =>
    [
        ("GrainIdHash", 17, DbType.Int32),
        ("GrainIdN0", n0, DbType.Int64),
        ("GrainIdN1", n1, DbType.Int64),
        ("GrainTypeHash", -4, DbType.Int32),
        ("GrainTypeString", type, DbType.String),
        ("GrainIdExtensionString", extension, DbType.String),
        ("ServiceId", service, DbType.String),
    ];

    private Task<int?> WriteAsync((string, object?, DbType)[] grain, int? version, string payload) =>
        RunAsync(WriteKey, [.. grain, ("PayloadBinary", Encoding.UTF8.GetBytes(payload), DbType.Binary)], version);

    private async Task<int?> RunAsync(string key, (string, object?, DbType)[] parameters, int? version)
    {
        var row = (await Queries.RunAsync(key, [.. parameters, ("GrainStateVersion", version, DbType.Int32)])).Single();
        return row["NewGrainStateVersion"] is { } value ? Convert.ToInt32(value, null) : null;
    }

    private async Task<(string? Payload, int Version)> ReadAsync((string, object?, DbType)[] grain)
    {
        var row = (await Queries.RunAsync(ReadKey, grain)).Single();
        return (row["PayloadBinary"] is byte[] payload ? Encoding.UTF8.GetString(payload) : null, Convert.ToInt32(row["Version"], null));
    }
}

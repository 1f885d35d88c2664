using System.Text.Json;
using GameCluster.LoadTest.Histories;
using GameCluster.LoadTest.Histories.Checks;

namespace GameCluster.Tests.Histories;

internal sealed class HistoryFileTests
{
    private string _folder;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("gamecluster-history-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Read_WhatManyThreadsWrote_GivesEachEventOnceInOrderOfTime()
    {
        const int Threads = 4;
        const int Each = 5000;
        var path = PathOf("threads");
        using (var writer = new HistoryWriter(path))
        {
            Parallel.For(0, Threads, thread =>
            {
                for (var i = 0; i < Each; i++)
                {
                    writer.Record(Push($"{thread}", i));
                }
            });
        }

        var events = HistoryReader.Read(path);

        Assert.That(events.Select(static happened => happened.T), Is.Ordered);
        Assert.That(events.Select(static happened => happened.Line), Is.EqualTo(Enumerable.Range(1, Threads * Each)));
        foreach (var client in events.GroupBy(static happened => happened.Client))
        {
            Assert.That(client.Select(static happened => happened.Number), Is.EqualTo(Enumerable.Range(0, Each)));
        }
    }

    [Test]
    public void Read_EveryField_ComesBackAsWritten()
    {
        var full = new HistoryEvent
        {
            Client = "7",
            Session = "s",
            Type = EventType.Push,
            Op = "put",
            Stream = 3,
            Number = 4_000_000_000,
            Id = 5,
            Key = "board/ä",
            Value = "\"x\"\n",
            Gateway = "ws://a/",
        };
        var path = PathOf("fields");
        using (var writer = new HistoryWriter(path))
        {
            writer.Record(full);
        }

        var read = HistoryReader.Read(path).Single();

        Assert.That(read with { T = 0, Line = 0 }, Is.EqualTo(full));
        Assert.That(File.ReadAllText(path), Does.StartWith($$"""{"t":{{read.T}},"client":"7","session":"s","type":"push","op":"put","stream":3,"number":4000000000,""").And.EndsWith("}\n"));
    }

    [Test]
    public void Read_TwoFiles_AreOneHistoryAndViolationsNameTheFile()
    {
        File.WriteAllLines(PathOf("a"), ["""{"t":1,"client":"1","session":"s","type":"open","op":"session"}""", """{"t":5,"client":"1","session":"s","type":"push","stream":0,"number":2}"""]);
        File.WriteAllLines(PathOf("b"), ["""{"t":3,"client":"2","session":"r","type":"open","op":"session"}"""]);

        var events = HistoryReader.Read(PathOf("a"), PathOf("b"));

        Assert.That(events.Select(static happened => happened.T), Is.EqualTo(new long[] { 1, 3, 5 }));
        Assert.That(StreamOrderCheck.Check(events, new CheckLimits()).First.Single().Where, Is.EqualTo("a:2"));
    }

    [TestCase("""{"t":1,"client":"1","type":"push"}""", "{", 2)]
    [TestCase("""{"t":1,"client":"1","type":"push"}""", """{"t":0,"client":"1","type":"push"}""", 2)]
    [TestCase("""{"t":1,"client":"1","type":"pushed"}""", "", 1)]
    [TestCase("""{"t":1,"client":"1","type":"push","nubmer":1}""", "", 1)]
    [TestCase("""{"t":1,"type":"push"}""", "", 1)]
    public void Read_NotAHistory_SaysWhichLine(string first, string second, int line)
    {
        File.WriteAllLines(PathOf("bad"), [first, second]);

        Assert.That(() => HistoryReader.Read(PathOf("bad")), Throws.TypeOf<InvalidDataException>().With.Message.Contains($"bad:{line}"));
    }

    [TestCase("""{"t":5,"client":"1","session":"s","type":"push","stream":0,"number":1}""", 0)]
    [TestCase("""{"t":5,"client":"1","session":"s","type":"push","stream":0,"number":2}""", 1)]
    [TestCase("no history", 1)]
    public async Task Main_Check_TellsByExitCodeAndJson(string push, int exitCode)
    {
        File.WriteAllLines(PathOf("h"), ["""{"t":1,"client":"1","session":"s","type":"open","op":"session"}""", push]);

        Assert.That(await GameCluster.LoadTest.Program.Main(["check", PathOf("h"), "--json", PathOf("verdict")]), Is.EqualTo(exitCode));

        if (push.StartsWith('{'))
        {
            using var verdict = JsonDocument.Parse(File.ReadAllText(PathOf("verdict")));
            Assert.That(verdict.RootElement.GetProperty("passed").GetBoolean(), Is.EqualTo(exitCode == 0));
            Assert.That(verdict.RootElement.GetProperty("checks")[0].GetProperty("violations").GetInt32(), Is.EqualTo(exitCode));
        }
    }

    [Test]
    public async Task Main_CheckWithoutFile_Returns2() => Assert.That(await GameCluster.LoadTest.Program.Main(["check", PathOf("none")]), Is.EqualTo(2));

    private static HistoryEvent Push(string client, int number) => new() { Client = client, Type = EventType.Push, Stream = 1, Number = number };

    private string PathOf(string name) => Path.Combine(_folder, name);
}

using GameCluster.LoadTest.Chaos.Faults;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.LoadTool;

internal sealed class ScenarioFileTests
{
    private static IEnumerable<string> Names => ScenarioFile.Names;

    [TestCaseSource(nameof(Names))]
    public void Read_EachOfTheRepository_IsAScenario(string name)
    {
        var scenario = ScenarioFile.Read(name);

        Assert.That(scenario.Name, Is.EqualTo(name));
        Assert.That(scenario.Description, Is.Not.Empty);
        Assert.That(scenario.Faults, Is.Not.Empty);
    }

    [Test]
    public void Covers_OfAllScenarios_IsEveryFaultThatReliabilityHasARowOf()
    {
        var text = RepositoryFile.Read("docs/reliability.md");
        var rows = text[text.IndexOf("## Fault by fault", StringComparison.Ordinal)..text.IndexOf("### A herd", StringComparison.Ordinal)];
        var faults = Enumerable.Range(1, 11).Concat(Enumerable.Range(15, 6)).Concat([22, 24]).Select(static number => $"F{number}").ToList();

        Assert.That(Names.SelectMany(static name => ScenarioFile.Read(name).Covers).Distinct(), Is.EquivalentTo(faults));
        Assert.That(faults.Where(fault => !rows.Contains($"\n| {fault} |", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("""{"description":"d","faults":[],"duratoin":"5s"}""", "duratoin")]
    [TestCase("""{"description":"d","faults":[{"do":"kill","target":"silo","tims":2}]}""", "tims")]
    [TestCase("""{"description":"d","faults":[{"do":"explode","target":"silo"}]}""", "faults[0].do")]
    [TestCase("""{"description":"d","faults":[],"duration":"long"}""", "duration")]
    [TestCase("""{"description":"d"}""", "faults")]
    [TestCase("""{"description":"d","faults":[{"do":"kill","target":"silo-4"}]}""", "silo-4")]
    [TestCase("""{"description":"d","faults":[{"do":"kill","target":"the others"}]}""", "faults[0]")]
    [TestCase("""{"description":"d","faults":[{"do":"partition","target":"silo-1"}]}""", "from")]
    [TestCase("""{"description":"d","faults":[{"do":"partition","target":"silo-1","from":"database"}]}""", "database")]
    [TestCase("""{"description":"d","faults":[{"do":"kill","target":"silo-1","oneWay":true}]}""", "oneWay")]
    [TestCase("""{"description":"d","faults":[],"expect":{"latencyRatio":0}}""", "latencyRatio")]
    [TestCase("""{"description":"d","faults":[{"do":"send","target":"silo-1","messageId":5}]}""", "target")]
    [TestCase("""{"description":"d","faults":[],"players":{"game":"chess"}}""", "chess")]
    [TestCase("""{"description":"d","faults":[],"expect":{"tolerate":{"everything":"why"}}}""", "everything")]
    public void Parse_NotAScenario_NamesWhatIsWrong(string text, string named) =>
        Assert.That(() => ScenarioFile.Parse(text, "mine.json"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("mine.json").And.Message.Contains(named));

    [Test]
    public void Read_NoSuchFile_NamesIt() => Assert.That(() => ScenarioFile.Read("no-such-thing"), Throws.TypeOf<InvalidDataException>().With.Message.Contains("no-such-thing"));

    [TestCase("--list", 0)]
    [TestCase("no-such-thing", 1)]
    [TestCase("--runs=0", 2)]
    public async Task Main_Chaos_TellsByExitCode(string argument, int exitCode) => Assert.That(await GameCluster.LoadTest.Program.Main(["chaos", argument]), Is.EqualTo(exitCode));

    [Test]
    public void Plan_SameSeed_DrawsTheSameVictims()
    {
        var scenario = Parse("""{"do":"kill","target":"silo","at":"1s","every":"2s","times":40}""");

        var (first, again, other) = (VictimsOf(scenario, 1), VictimsOf(scenario, 1), VictimsOf(scenario, 2));

        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
        Assert.That(first.Chunk(3).SkipLast(1), Is.All.EquivalentTo(new[] { "silo-1", "silo-2", "silo-3" }), "each comes before any comes again");
        Assert.That(PlannedFault.Of(scenario, 1)[0].Select(static fault => fault.At.TotalSeconds).Take(3), Is.EqualTo(new[] { 1, 3, 5 }));
    }

    [TestCase("every silo", "silo-1|silo-2|silo-3")]
    [TestCase("all gateways", "gateway-1,gateway-2")]
    [TestCase("everything", "database,silo-1,silo-2,silo-3,gateway-1,gateway-2")]
    [TestCase("database", "database")]
    public void Plan_Target_IsTheseAtOnceAndThoseInTurn(string target, string groups) => Assert.That(
        string.Join('|', PlannedFault.Of(Parse($$"""{"do":"kill","target":"{{target}}"}"""), 1)[0][0].Groups.Select(static group => string.Join(',', group))), Is.EqualTo(groups));

    [Test]
    public void Plan_PartitionFromTheOthers_HasEverybodyElseOnTheOtherSide() => Assert.That(
        PlannedFault.Of(Parse("""{"do":"partition","target":"silo-2","from":"the others"}"""), 1)[0][0].From, Is.EquivalentTo(new[] { "silo-1", "silo-3", "gateway-1", "gateway-2" }));

    private static Scenario Parse(string fault) => ScenarioFile.Parse($$"""{"description":"d","faults":[{{fault}}]}""", "mine.json");

    private static List<string> VictimsOf(Scenario scenario, int seed) => [.. PlannedFault.Of(scenario, seed)[0].Select(static fault => fault.Groups[0][0])];
}

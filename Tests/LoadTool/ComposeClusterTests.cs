using System.Diagnostics;
using System.Runtime.Versioning;
using GameCluster.LoadTest.Chaos.Clusters;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Echo;

namespace GameCluster.Tests.LoadTool;

/// <summary>What <c>chaos --compose</c> refuses, and which program it calls: as far as it can be seen without a container engine.</summary>
internal sealed class ComposeClusterTests
{
    private string _folder;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("gamecluster-compose-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<string> ForCompose => ScenarioFile.Names.Where(static name => name.EndsWith("-compose", StringComparison.Ordinal));

    [TestCaseSource(nameof(ForCompose))]
    public void Refuse_ScenarioForCompose_IsTaken(string name) => Assert.That(() => ComposeCluster.Refuse(ScenarioFile.Read(name)), Throws.Nothing);

    [TestCase("headline", Description = "a game of the test services")]
    [TestCase("f18-poison-hangs", Description = "poison, which the test services have")]
    [TestCase("f04-mixed-versions", Description = "another build")]
    public void Refuse_ScenarioForProcesses_SaysWhatComposeRuns(string name) => Assert.That(
        () => ComposeCluster.Refuse(ScenarioFile.Read(name)), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'board' or 'board.durable'"));

    [TestCase("exit 1", "'docker-compose -p gamecluster-chaos up ")]
    [TestCase("""[ "$2" = version ]""", "'docker compose -p gamecluster-chaos up ")]
    [SupportedOSPlatform("linux")]
    [Platform("Linux")]
    public async Task Compose_WithAndWithoutThePlugin_CallsWhatThereIs(string docker, string called)
    {
        AddProgram("docker", docker);
        AddProgram("docker-compose", "exit 1");

        Assert.That(await ErrorsOfChaosAsync(), Does.Contain(called));
    }

    [Test]
    [SupportedOSPlatform("linux")]
    [Platform("Linux")]
    public async Task Compose_WithoutDocker_SaysWhatItNeeds() => Assert.That(await ErrorsOfChaosAsync(), Does.Contain("--compose needs docker"));

    [SupportedOSPlatform("linux")]
    private void AddProgram(string name, string script)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    /// <summary>With no programs but those of the folder.</summary>
    private async Task<string> ErrorsOfChaosAsync()
    {
        string[] arguments = [typeof(EchoServer).Assembly.Location, "chaos", "headline-compose", "--compose", "--out", Path.Combine(_folder, "reports")];
        using var chaos = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardError = true, Environment = { ["PATH"] = _folder } })!;
        var errors = await chaos.StandardError.ReadToEndAsync();
        await chaos.WaitForExitAsync();
        Assert.That(chaos.ExitCode, Is.EqualTo(1), errors);
        return errors;
    }
}

using System.Net;
using System.Net.Sockets;

namespace GameCluster.Tests.EndToEnd;

/// <summary>A server that cannot start as it is told says what is wrong, where, and what to do; it does not start in another way.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class RefusedStartTests
{
    [TestCase("GameCluster__Admin__Key", "changeme", "GameCluster:Admin:Key", "openssl rand")]
    [TestCase("GameCluster__Storage__PostgreSql", "Host=127.0.0.1;Username=postgres;Password=postgres", "GameCluster:Storage:PostgreSql", "sample")]
    [TestCase("GameCluster__Node__Roles", "gateway,chess", "GameCluster:Node:Roles", "chess", "Known roles: gateway, *, board, csmj")]
    [TestCase("GameCluster__Node__SiloPort", "0", "GameCluster:Node:SiloPort", "'0'")]
    [TestCase("GameCluster__Admin__Address", "everywhere", "GameCluster:Admin:Address", "'everywhere'")]
    [TestCase("GameCluster__Gateway__Port", "http", "GameCluster:Gateway:Port", "'http'")]
    [TestCase("GameCluster__Gateway__MaxConnections", "0", "GameCluster:Gateway:MaxConnections", "'0'")]
    [TestCase("GameCluster__Gateway__FrameTimeout", "-00:00:01", "GameCluster:Gateway:FrameTimeout", "'-00:00:01'")]
    [TestCase("GameCluster__Gateway__RequestTimeout", "00:00:00", "GameCluster:Gateway:RequestTimeout", "'00:00:00'")]
    [TestCase("GameCluster__Node__ServiceAssemblies", "games/Chess.dll", "GameCluster:Node:ServiceAssemblies", "games/Chess.dll", "no such file")]
    [TestCase("GameCluster__Node__ServiceAssemblies", "/etc/passwd", "GameCluster:Node:ServiceAssemblies", "not a .NET assembly")]
    public async Task Start_WithAWrongSetting_ExitsAndNamesIt(string key, string value, params string[] expected)
    {
        await using var server = Server.Begin("refused", (key, value));

        Assert.That(await server.ExitAsync(), Is.EqualTo(1), server.Output);
        foreach (var text in expected)
        {
            Assert.That(server.Output, Does.Contain(text));
        }

        Assert.That(server.Output, Does.Not.Contain("   at "), "a stack trace helps nobody here");
    }

    [TestCase("GameCluster__Gateway__Port")]
    [TestCase("GameCluster__Admin__Port")]
    [TestCase("GameCluster__Node__SiloPort")]
    public async Task Start_AtAPortThatIsTaken_ExitsAndSaysSo(string key)
    {
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        await using var server = Server.Begin("refused", (key, $"{port}"));

        Assert.That(await server.ExitAsync(), Is.EqualTo(1), server.Output);
        Assert.That(server.Output, Does.Contain("Refusing to start").And.Contain($"{port}").And.Contain(key.Replace("__", ":", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Start_WithAnAssemblyWithoutServices_ExitsAndSaysSo()
    {
        await using var server = Server.Begin("refused", ("GameCluster__Node__ServiceAssemblies", typeof(CsCheck.Check).Assembly.Location));

        Assert.That(await server.ExitAsync(), Is.EqualTo(1), server.Output);
        Assert.That(server.Output, Does.Contain("CsCheck.dll").And.Contain("it has no services"));
    }

    [Test]
    public async Task Start_WithSeveralWrongSettings_NamesThemAll()
    {
        await using var server = Server.Begin(
            "refused", ("GameCluster__Gateway__MaxConnections", "0"), ("GameCluster__Gateway__MaxFrameBytes", "1"), ("GameCluster__Node__ClusterId", ""));

        Assert.That(await server.ExitAsync(), Is.EqualTo(1), server.Output);
        Assert.That(server.Output, Does.Contain("MaxConnections").And.Contain("MaxFrameBytes").And.Contain("ClusterId"));
    }
}

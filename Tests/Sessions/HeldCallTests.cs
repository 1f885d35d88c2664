using System.Diagnostics;
using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;
using GameCluster.Tests.EndToEnd;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Sessions;

/// <summary>What a gateway does while grains do not answer: nothing that a client causes may pile up, and what a client waits for ends in time.</summary>
internal sealed class HeldCallTests
{
    private const string Acknowledge = "ISessionGrain.AckAsync";
    private const string Save = "ISessionGrain.SaveAsync";
    private const string End = "ISessionGrain.EndAsync";
    private const string Handle = "IServiceGrain.HandleAsync";
    private const int Echo = 40000;
    private const int Ping = -7;
    private const int Times = 30;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly CallFaults _faults = new();
    private OpenServer _server;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await OpenServer.StartAsync(_faults, $"--GameCluster:Gateway:RequestTimeout={RequestTimeout}");

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Acknowledge_AgainAndAgain_IsOneCallAtATime()
    {
        await using var socket = await SessionSocket.ConnectAsync(_server.ClientUri);
        Assert.That(SessionId.TryParse(socket.Session, out var session), Is.True);
        await PushAsync(session, socket);
        var held = _faults.Hold(Acknowledge);
        for (var i = 0; i < Times; i++)
        {
            await socket.AcknowledgeAsync();
        }

        await socket.NotifyAsync(Ping, "all of them were read");
        await socket.NextAsync(-8);
        await PushAsync(session, socket);
        await socket.AcknowledgeAsync();
        Assert.That(_faults.CountOf(Acknowledge), Is.EqualTo(1));

        _faults.Release(Acknowledge);
        held.SetResult();
        await Wait.UntilAsync(() => _faults.CountOf(Acknowledge) == 2, Limit, "what was acknowledged meanwhile to be told");
    }

    [Test]
    public async Task LogIn_AgainAndAgainInVersion0_IsSavedOnceForAllThatWait()
    {
        var (saved, ended) = (_faults.CountOf(Save), _faults.CountOf(End));
        await using var socket = await GameSocket.ConnectAsync(_server.ClientUri);
        var held = _faults.Hold(Save);
        for (var i = 0; i < Times; i++)
        {
            await socket.LogInAsync($"player {i}");
        }

        _faults.Release(Save);
        held.SetResult();
        await socket.CloseAsync();

        await Wait.UntilAsync(() => _faults.CountOf(End) > ended, Limit, "the session to end, after what was to be saved");
        Assert.That(_faults.CountOf(Save) - saved, Is.InRange(1, Times / 3));
    }

    [Test]
    public async Task Request_RefusedUntilItsTimeIsNearlyUpThenNotAnswered_EndsInTime()
    {
        await using var socket = await GameSocket.ConnectAsync(_server.ClientUri);
        var clock = Stopwatch.StartNew();
        var never = new TaskCompletionSource();
        _faults.Before(Handle, () => clock.Elapsed < 0.6 * RequestTimeout ? Task.FromException(new OrleansException("not yet")) : never.Task);

        var answer = await socket.RequestAsync(Echo);
        var elapsed = clock.Elapsed;
        _faults.Release(Handle);
        never.SetResult();

        Assert.That(answer.Code, Is.AnyOf(ErrorCodes.OutcomeUnknown, ErrorCodes.Unavailable));
        Assert.That(elapsed, Is.LessThan(RequestTimeout + TimeSpan.FromSeconds(1)));
    }

    private async Task PushAsync(SessionId session, SessionSocket socket)
    {
        await _server.Get<IPush>().ToSessionAsync(session, 7, "{}"u8.ToArray(), DeliveryClass.Reliable);
        await socket.PushAsync();
    }
}

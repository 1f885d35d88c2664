using System.Diagnostics;
using GameCluster.LoadTest.Connections;
using GameCluster.LoadTest.Measuring;

namespace GameCluster.LoadTest.Load;

/// <summary>One load run from opening the connections to the report: ramp, warm-up, measured window, drain, close.</summary>
internal sealed class LoadRun(LoadSettings settings, TextWriter progress)
{
    private static readonly TimeSpan DrainStep = TimeSpan.FromMilliseconds(20);

    private readonly LatencyRecorder _latency = new();
    private readonly LatencyRecorder _sendLag = new();
    private readonly Connector _connector = new(settings.Connections);
    private IReadOnlyList<LoadConnection> _connections = [];
    private OpenLoop? _openLoop;
    private string _phase = "connect";

    public async Task<LoadReport> ExecuteAsync(CancellationToken cancellation)
    {
        var request = new RequestFrame(settings.MessageId, settings.Body);
        var inFlight = settings.Rate is null ? settings.InFlight : 0;
        _connections = await _connector.OpenAsync(
            0, settings.Connections.Count, socket => new LoadConnection(socket, request, settings.Verify, inFlight, _latency, _sendLag), cancellation);
        if (_connections.Count == 0)
        {
            throw new IOException($"No connection could be opened: {string.Join("; ", _connector.Failures.Select(f => $"{f.Value} x {f.Key}"))}");
        }

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watch = WatchAsync(watching.Token);
        Window window;
        try
        {
            window = await MeasureAsync(cancellation);
            await DrainAsync(cancellation);
        }
        finally
        {
            _openLoop?.Stop();
            await watching.CancelAsync();
            await watch;
            await _connector.CloseAsync(_connections);
        }

        return Report(window);
    }

    private async Task<Window> MeasureAsync(CancellationToken cancellation)
    {
        _phase = "ramp";
        await StartLoadAsync(cancellation);
        _phase = "warm-up";
        await Task.Delay(settings.WarmUp, cancellation);

        _phase = "measure";
        var before = Sample.Take(settings.ServerPids, _connections);
        _latency.BeginWindow(before.Timestamp);
        _sendLag.BeginWindow(before.Timestamp);
        await Task.Delay(settings.Duration, cancellation);
        var after = Sample.Take(settings.ServerPids, _connections);
        _latency.EndWindow(after.Timestamp);
        _sendLag.EndWindow(after.Timestamp);
        return new Window(before, after);
    }

    private async Task StartLoadAsync(CancellationToken cancellation)
    {
        if (settings.Rate is { } rate)
        {
            _openLoop = new OpenLoop(rate, settings.Ramp, _connections);
            _openLoop.Start();
            await Task.Delay(settings.Ramp, cancellation);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < _connections.Count; i++)
        {
            var early = (settings.Ramp * ((double)i / _connections.Count)) - Stopwatch.GetElapsedTime(started);
            if (early > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(early, cancellation);
            }

            _connections[i].StartLoop();
        }
    }

    /// <summary>Sends no more and awaits the replies still due, as long as a reply may take.</summary>
    private async Task DrainAsync(CancellationToken cancellation)
    {
        _phase = "drain";
        _openLoop?.Stop();
        foreach (var connection in _connections)
        {
            connection.StopLoop();
        }

        var started = Stopwatch.GetTimestamp();
        while (_connections.Any(connection => connection.Outstanding > 0) && Stopwatch.GetElapsedTime(started) < settings.Connections.Timeout)
        {
            await Task.Delay(DrainStep, cancellation);
        }
    }

    /// <summary>Each second: gives up overdue requests and says how it goes.</summary>
    private async Task WatchAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var started = Stopwatch.GetTimestamp();
        var repliesBefore = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                var overdue = Stopwatch.GetTimestamp() - (long)(settings.Connections.Timeout.TotalSeconds * Stopwatch.Frequency);
                foreach (var connection in _connections)
                {
                    connection.Expire(overdue);
                }

                var replies = _connections.Sum(connection => connection.Replies);
                progress.WriteLine(FormattableString.Invariant(
                    $"{Stopwatch.GetElapsedTime(started).TotalSeconds,4:0} s  {_phase,-8} {replies - repliesBefore,9:n0} replies  {_connections.Sum(connection => connection.Outstanding),7:n0} outstanding  {TotalErrors().Total,6:n0} errors"));
                repliesBefore = replies;
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private ErrorCounts TotalErrors()
    {
        var errors = new ErrorCounts { FailedConnections = _connector.FailureCount };
        foreach (var connection in _connections)
        {
            connection.AddErrorsTo(errors);
        }

        return errors;
    }

    private LoadReport Report(Window window)
    {
        var replies = window.After.Replies - window.Before.Replies;
        var seconds = Stopwatch.GetElapsedTime(window.Before.Timestamp, window.After.Timestamp).TotalSeconds;
        var servers = ServerUsage.Between(settings.ServerPids, window.Before.Servers, window.After.Servers);
        var serverCpu = Math.Round(servers.Sum(server => server.CpuSeconds), 2);
        return new LoadReport
        {
            Settings = LoadReportSettings.From(settings),
            OpenConnections = _connections.Count,
            WindowSeconds = Math.Round(seconds, 3),
            Sent = window.After.Sent - window.Before.Sent,
            Replies = replies,
            RepliesPerSecond = Math.Round(replies / seconds, 1),
            LatencyMs = _latency.Summarize(),
            SendLagMs = settings.Rate is null ? null : _sendLag.Summarize(),
            Errors = TotalErrors(),
            Failures = _connector.Failures,
            Violations = [.. _connections.Select(connection => connection.Violation).OfType<string>().Distinct().Take(10)],
            Servers = servers,
            ServerCpuSeconds = servers.Count == 0 ? null : serverCpu,
            RequestsPerServerCpuSecond = serverCpu > 0 ? Math.Round(replies / serverCpu, 1) : null,
            GeneratorCpuSeconds = Math.Round((window.After.GeneratorCpu - window.Before.GeneratorCpu).TotalSeconds, 2),
        };
    }

    private sealed record Window(Sample Before, Sample After);

    /// <summary>All that is read at one edge of the measured window.</summary>
    private sealed record Sample(long Timestamp, long Sent, long Replies, TimeSpan GeneratorCpu, IReadOnlyList<ProcessSample> Servers)
    {
        public static Sample Take(IReadOnlyList<int> serverPids, IReadOnlyList<LoadConnection> connections) => new(
            Stopwatch.GetTimestamp(),
            connections.Sum(connection => connection.Sent),
            connections.Sum(connection => connection.Replies),
            Environment.CpuUsage.TotalTime,
            ServerUsage.ReadAll(serverPids));
    }
}

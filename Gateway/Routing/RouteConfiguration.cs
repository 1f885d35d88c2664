using GameCluster.Routing;
using Microsoft.Extensions.Options;

namespace GameCluster.Gateway.Routing;

/// <summary>
/// Brings the routes of a configuration file into force at start and whenever the file changes. A bad file changes nothing: every problem is logged,
/// once. A file that names services the cluster does not know yet is offered again until it does.
/// </summary>
internal sealed partial class RouteConfiguration(
    IGrainFactory grains, IOptions<RouteOptions> options, TimeProvider time, ILogger<RouteConfiguration> logger) : BackgroundService
{
    /// <summary>How often the file is read without news of a change, and offered again while the cluster has not taken it.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    // Who writes a file in several steps gets this long to finish.
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    private string? _settledText;
    private string? _lastFailure;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (string.IsNullOrWhiteSpace(options.Value.File))
        {
            return;
        }

        await Task.Yield();
        using var file = new RouteFile(options.Value.File);
        try
        {
            while (true)
            {
                await ReadAsync(file, stoppingToken);
                await file.WaitForNewsAsync(Period, time, stoppingToken);
                await Task.Delay(SettleTime, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task ReadAsync(RouteFile file, CancellationToken stoppingToken)
    {
        try
        {
            var text = await file.ReadAsync(stoppingToken);
            if (text != _settledText)
            {
                await OfferAsync(file.Path, text, stoppingToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            Fail(file.Path, [$"{e.Message} Create the file, or take {RouteOptions.SectionName}:{nameof(RouteOptions.File)} out of the configuration"]);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            Fail(file.Path, [$"the cluster did not take it ({e.Message}); it is offered again every {Period.TotalSeconds} s"]);
        }
    }

    private async Task OfferAsync(string path, string text, CancellationToken stoppingToken)
    {
        if (!RouteDocumentJson.TryParse(text, out var document, out var problems))
        {
            _settledText = text;
            Fail(path, problems);
            return;
        }

        var offer = grains.GetGrain<IRouteGrain>(IRouteGrain.Key).ConfigureAsync(document, path).AsTask();
        var change = await offer.WaitAsync(AnswerTimeout, time, stoppingToken);
        if (change.Status is not (RouteChangeStatus.Applied or RouteChangeStatus.Unchanged))
        {
            Fail(path, change.Problems);
            return;
        }

        (_settledText, _lastFailure) = (text, null);
        LogTaken(path, change.Status, change.Version, string.Join("; ", change.Warnings));
    }

    // What fails is tried again every other second; it is worth a line only when it fails otherwise than before.
    private void Fail(string path, IReadOnlyList<string> problems)
    {
        var failure = string.Join(Environment.NewLine, problems);
        if (failure != _lastFailure)
        {
            _lastFailure = failure;
            LogRefused(path, problems.Count, failure);
        }
    }

    [LoggerMessage(LogLevel.Information, "Routes of {Path}: {Status}, table {Version}. Warnings: {Warnings}")]
    private partial void LogTaken(string path, RouteChangeStatus status, long version, string warnings);

    [LoggerMessage(LogLevel.Error, "Routes of {Path} are not in force, the last good table stays; {Count} problems:\n{Problems}")]
    private partial void LogRefused(string path, int count, string problems);
}

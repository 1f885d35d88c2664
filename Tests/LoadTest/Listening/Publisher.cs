using System.Diagnostics;
using System.Globalization;
using System.Text;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Listening;

/// <summary>Sends stamped frames on a timetable, for a server that passes them on to all.</summary>
internal sealed class Publisher(ListeningConnection connection, FanOutSettings settings, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    /// <summary>Sends until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        var started = Stopwatch.GetTimestamp();
        var sent = 0L;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                for (var due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * settings.PublishRate); sent < due; sent++)
                {
                    connection.Send(settings.PublishId, Body());
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private byte[] Body()
    {
        var sentAt = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        var head = string.Create(CultureInfo.InvariantCulture, $$"""{"sent_at":{{sentAt:F3}},"pad":" """).TrimEnd();
        return Encoding.ASCII.GetBytes(head.PadRight(Math.Max(head.Length, settings.PublishBytes - GameFrame.HeaderBytes - 2), '.') + "\"}");
    }
}

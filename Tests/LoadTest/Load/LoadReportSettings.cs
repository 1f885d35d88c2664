using System.Text;
using GameCluster.LoadTest.Protocol;

namespace GameCluster.LoadTest.Load;

/// <summary>The settings of a run as its report names them: all that is needed to repeat it.</summary>
internal sealed record LoadReportSettings(
    IReadOnlyList<string> Urls,
    int Connections,
    int ConnectRate,
    IReadOnlyList<string> Login,
    double TimeoutSeconds,
    int? InFlight,
    double? Rate,
    double RampSeconds,
    double WarmUpSeconds,
    double DurationSeconds,
    int MessageId,
    string Body,
    int BodyBytes,
    int WireBytes,
    bool Verify)
{
    private const int LongestBodyShown = 200;

    public static LoadReportSettings From(LoadSettings settings)
    {
        var body = settings.Body.Template;
        return new LoadReportSettings(
            [.. settings.Connections.Urls.Select(url => url.ToString())],
            settings.Connections.Count,
            settings.Connections.ConnectRate,
            [.. settings.Connections.Opening.Select(message => $"{message.MessageId}:{message.Body}")],
            settings.Connections.Timeout.TotalSeconds,
            settings.Rate is null ? settings.InFlight : null,
            settings.Rate,
            settings.Ramp.TotalSeconds,
            settings.WarmUp.TotalSeconds,
            settings.Duration.TotalSeconds,
            settings.MessageId,
            Encoding.UTF8.GetString(body[..Math.Min(body.Length, LongestBodyShown)]),
            body.Length,
            GameFrame.HeaderBytes + body.Length,
            settings.Verify);
    }
}

using System.Text.Json;
using GameCluster.Gateway.Routing;
using GameCluster.Services;
using GameCluster.Watch;

namespace GameCluster.Gateway.Admin;

/// <summary>Operators' view of grains whose messages are refused.</summary>
internal static class QuarantineEndpoints
{
    public static void MapQuarantine(this RouteGroupBuilder admin)
    {
        admin.MapGet("/quarantine", ListAsync).WithSummary("Grains whose messages are refused, as a handler of theirs did not end or killed processes.");
        admin.MapDelete("/quarantine", ReleaseAsync).WithSummary("Ends the quarantine of a service's grain. One that still holds a thread comes back: restart its silo.");
    }

    private static async Task<IResult> ListAsync(IGrainFactory grains) =>
        TypedResults.Ok(new QuarantineList([.. (await grains.GetGrain<IWatchGrain>(IWatchGrain.Key).GetQuarantineAsync()).Select(QuarantineReport.From)]));

    private static async Task<IResult> ReleaseAsync(IGrainFactory grains, ClusterView cluster, RouteTableSource routes, string service, string key)
    {
        if (routes.Current.FindService(service) is not { } route)
        {
            return TypedResults.Problem($"service: no service is called '{service}'", statusCode: StatusCodes.Status404NotFound);
        }

        try
        {
            // The journal first: a room that it counts as stuck would be back in a moment.
            var isCounted = route.Key == ServiceKey.Room && await cluster.ReleaseRoomAsync(service, key, giveUp: false);
            return await grains.GetGrain<IWatchGrain>(IWatchGrain.Key).ReleaseAsync(route.CreateGrainId(key)) || isCounted
                ? TypedResults.NoContent()
                : TypedResults.Problem($"{service} '{key}' is not in quarantine", statusCode: StatusCodes.Status404NotFound);
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            return TypedResults.Problem(exception.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}

/// <summary>What is in quarantine.</summary>
internal sealed record QuarantineList(QuarantineReport[] Quarantine);

/// <summary>A grain in quarantine. <c>message_id</c> is 0 for a room's step, hook or timer.</summary>
internal sealed record QuarantineReport(string Service, string Key, int MessageId, string Reason, string Silo, DateTimeOffset Since, DateTimeOffset Until)
{
    public static QuarantineReport From(QuarantineEntry entry) => new(
        entry.Service, entry.Key, entry.MessageId, JsonNamingPolicy.SnakeCaseLower.ConvertName(entry.Reason.ToString()), entry.Silo, entry.Since, entry.Until);
}

using System.Text.Json;
using GameCluster.Routing;

namespace GameCluster.Gateway.Admin;

/// <summary>Reading and changing routes while the cluster runs.</summary>
internal static class RouteEndpoints
{
    public static void MapRoutes(this RouteGroupBuilder admin)
    {
        admin.MapGet("/routes", GetAsync).WithSummary("The route table in force and its layers; the ETag is its version.");
        admin.MapPut("/routes", PutAsync)
            .Accepts<JsonElement>("application/json")
            .WithSummary("Replaces the operators' layer. Needs If-Match with the version read. obEspoir's own route JSON is accepted, comments too.");
        admin.MapPost("/routes/rollback", RollbackAsync).WithSummary("Puts the operators' layer of an earlier version in force again. Needs If-Match.");
        admin.MapDelete("/routes/services/{service}", RetireAsync).WithSummary("Forgets a service that no member hosts any more. Needs If-Match.");
        admin.MapGet("/routes/history", HistoryAsync).WithSummary("The last versions with their operators' layers, newest first.");
    }

    private static async Task<IResult> GetAsync(HttpContext context, IGrainFactory grains)
    {
        var report = await Routes(grains).GetReportAsync();
        context.Response.Headers.ETag = ETag(report.Effective.Version);
        return TypedResults.Ok(RouteTableReport.From(report));
    }

    private static async Task<IResult> PutAsync(HttpContext context, IGrainFactory grains)
    {
        if (!TryReadVersion(context, out var version, out var problem))
        {
            return problem;
        }

        using var reader = new StreamReader(context.Request.Body);
        return RouteDocumentJson.TryParse(await reader.ReadToEndAsync(context.RequestAborted), out var document, out var problems)
            ? Answer(context, await Routes(grains).PutAsync(document, version, Caller(context)))
            : Invalid(problems);
    }

    private static async Task<IResult> RollbackAsync(HttpContext context, IGrainFactory grains, RollbackRequest request) =>
        TryReadVersion(context, out var version, out var problem)
            ? Answer(context, await Routes(grains).RollbackAsync(request.Version, version, Caller(context)))
            : problem;

    private static async Task<IResult> RetireAsync(HttpContext context, IGrainFactory grains, ServiceHosts hosts, string service)
    {
        if (!TryReadVersion(context, out var version, out var problem))
        {
            return problem;
        }

        var report = await Routes(grains).GetReportAsync();
        if (Array.Find(report.Effective.Services, known => known.Name == service) is not { } retired)
        {
            return TypedResults.Problem($"no service is called '{service}'", statusCode: StatusCodes.Status404NotFound);
        }

        return hosts.Of(retired.GrainType, retired.Role) is { Length: > 0 } members
            ? TypedResults.Problem($"{string.Join(", ", members)} can host '{service}': stop them first, or take its role from them", statusCode: StatusCodes.Status409Conflict)
            : Answer(context, await Routes(grains).RetireAsync(service, version, Caller(context)));
    }

    private static async Task<IResult> HistoryAsync(IGrainFactory grains) =>
        TypedResults.Ok((await Routes(grains).GetHistoryAsync()).Select(RouteHistoryReport.From).ToArray());

    private static IRouteGrain Routes(IGrainFactory grains) => grains.GetGrain<IRouteGrain>(IRouteGrain.Key);

    private static bool TryReadVersion(HttpContext context, out long version, out IResult problem)
    {
        version = 0;
        problem = TypedResults.Problem(
            "send the version you have read as the header If-Match, so that nobody's change is overwritten unseen", statusCode: StatusCodes.Status428PreconditionRequired);
        return context.Request.Headers.IfMatch is [{ } match] && long.TryParse(match.Trim('"'), out version);
    }

    private static IResult Answer(HttpContext context, RouteChange change)
    {
        context.Response.Headers.ETag = ETag(change.Version);
        return change.Status switch
        {
            RouteChangeStatus.Applied or RouteChangeStatus.Unchanged => TypedResults.Ok(new RouteChangeReport(change.Version, change.Status == RouteChangeStatus.Applied, change.Warnings)),
            RouteChangeStatus.VersionMismatch => TypedResults.Problem(
                $"the table is at version {change.Version} by now: read it again", statusCode: StatusCodes.Status412PreconditionFailed),
            RouteChangeStatus.UnknownVersion => TypedResults.Problem("that version is not in the history", statusCode: StatusCodes.Status404NotFound),
            _ => Invalid(change.Problems),
        };
    }

    private static IResult Invalid(IReadOnlyList<string> problems) => TypedResults.Problem(
        "the table was not changed", statusCode: StatusCodes.Status422UnprocessableEntity, extensions: new Dictionary<string, object?> { ["problems"] = problems });

    private static string ETag(long version) => $"\"{version}\"";

    private static string Caller(HttpContext context) => $"admin from {context.Connection.RemoteIpAddress}";
}

/// <summary>Body of a rollback.</summary>
internal sealed record RollbackRequest(long Version);

/// <summary>What a change of routes did.</summary>
internal sealed record RouteChangeReport(long Version, bool Changed, string[] Warnings);

/// <summary>A version in the history.</summary>
internal sealed record RouteHistoryReport(long Version, DateTimeOffset At, string By, JsonElement Operator)
{
    public static RouteHistoryReport From(RouteHistoryEntry entry) => new(entry.Version, entry.At, entry.By, RouteTableReport.Json(entry.Operator));
}

/// <summary>The table in force and the layers it was made of. Documents are in obEspoir's form.</summary>
internal sealed record RouteTableReport(long Version, ServiceReport[] Services, RouteReportEntry[] Effective, JsonElement Configuration, JsonElement Operator, string[] Warnings)
{
    public static RouteTableReport From(RouteReport report) => new(
        report.Effective.Version,
        [.. report.Effective.Services.Select(static service => new ServiceReport(
            service.Name, service.Role, service.Key.ToString().ToLowerInvariant(), service.RequiresLogin, [.. service.Handlers.Select(static handler => handler.MessageId)]))],
        [
            .. report.Effective.Specials.Select(static special => new RouteReportEntry(special.MessageId, special.MessageId, special.Service)),
            .. report.Effective.Ranges.Select(static range => new RouteReportEntry(range.Range.From, range.Range.To, range.Service)),
        ],
        Json(report.Configuration),
        Json(report.Operator),
        report.Warnings);

    public static JsonElement Json(RouteDocument document)
    {
        using var parsed = JsonDocument.Parse(RouteDocumentJson.Write(document));
        return parsed.RootElement.Clone();
    }
}

/// <summary>A service of the catalog.</summary>
internal sealed record ServiceReport(string Name, string Role, string Key, bool RequiresLogin, int[] Handles);

/// <summary>Ids from one to another, inclusive, and the service they go to; single ids come first, as they win.</summary>
internal sealed record RouteReportEntry(int From, int To, string Service);

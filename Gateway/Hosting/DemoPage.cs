using System.Collections.Frozen;

namespace GameCluster.Gateway.Hosting;

/// <summary>
/// The demonstration pages and the JavaScript client they use: a handful of files inside the assembly, so that no path of a request ever reaches a file system.
/// </summary>
internal static class DemoPage
{
    private const string Pages = "wwwroot/";
    private const string Html = ".html";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [Html] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Files = typeof(DemoPage).Assembly.GetManifestResourceNames()
        .Where(static name => ContentTypes.ContainsKey(Path.GetExtension(name)))
        .ToFrozenDictionary(PathOf);

    public static async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !Files.TryGetValue(context.Request.Path.Value ?? "", out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = ContentTypes[Path.GetExtension(file)];
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; connect-src *; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-cache";
        await using var content = typeof(DemoPage).Assembly.GetManifestResourceStream(file)!;
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>Pages have no ending, and the first one no name.</summary>
    private static string PathOf(string resource) => resource switch
    {
        Pages + "index" + Html => "/",
        _ when resource.StartsWith(Pages, StringComparison.Ordinal) => "/" + resource[Pages.Length..].Replace(Html, ""),
        _ => "/" + resource,
    };
}

using System.Collections.Frozen;

namespace GameCluster.Gateway.Hosting;

/// <summary>The demonstration page: a handful of files inside the assembly, so that no path of a request ever reaches a file system.</summary>
internal static class DemoPage
{
    private static readonly FrozenDictionary<string, (string Resource, string ContentType)> Files = new Dictionary<string, (string, string)>
    {
        ["/"] = ("index.html", "text/html; charset=utf-8"),
        ["/demo.js"] = ("demo.js", "text/javascript; charset=utf-8"),
        ["/demo.css"] = ("demo.css", "text/css; charset=utf-8"),
    }.ToFrozenDictionary();

    public static async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || !Files.TryGetValue(context.Request.Path.Value ?? "", out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = file.ContentType;
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; connect-src *; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-cache";
        await using var content = typeof(DemoPage).Assembly.GetManifestResourceStream($"wwwroot/{file.Resource}")!;
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}

using System.Net;
using GameCluster.Gateway.Auth;

namespace GameCluster.Gateway.Health;

/// <summary>
/// The program's other use: <c>dotnet GameCluster.Gateway.dll health</c> asks the process on this machine whether it serves. For container health checks, as the
/// runtime image has no tool that could; some engines restart what is unhealthy, which a database that is away must not lead to.
/// </summary>
internal static class SelfCheck
{
    private const string Command = "health";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    public static bool IsAsked(string[] args) => args is [Command];

    /// <summary>The exit code: 0 if ready, else 1 with the reason on the console.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration)
    {
        var admin = configuration.GetSection(AdminOptions.SectionName).Get<AdminOptions>() ?? new AdminOptions();
        var address = IPAddress.Parse(admin.Address) is var configured && configured.Equals(IPAddress.Any) ? IPAddress.Loopback : configured;
        using var client = new HttpClient { Timeout = Timeout };
        try
        {
            using var response = await client.GetAsync(new UriBuilder("http", address.ToString(), admin.Port, "readyz/serving").Uri);
            Console.WriteLine(await response.Content.ReadAsStringAsync());
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine($"no answer from port {admin.Port}: {exception.Message}");
            return 1;
        }
    }
}

using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.Tests.Infrastructure;
using GameCluster.Tests.TestServices;

namespace GameCluster.Tests.EndToEnd;

/// <summary>The one-process server with the test services: starting it, and asking what these tests ask.</summary>
internal static class Server
{
    private const string AssemblyName = "GameCluster.TestServices.dll";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task<GameProcess> StartAsync(string name, params (string Key, string Value)[] settings) =>
        Begin(name, [("GameCluster__Node__ServiceAssemblies", ServicesFile), .. settings]).ReadyAsync();

    /// <summary>Starts a process that may refuse to.</summary>
    public static GameProcess Begin(string name, params (string Key, string Value)[] settings) =>
        GameProcess.StartSilo(name, settings.ToDictionary(static setting => setting.Key, static setting => setting.Value));

    public static Task<GameSocket> ConnectAsync(this GameProcess server) => GameSocket.ConnectAsync(server.ClientUri);

    /// <summary>The id that the server has given the session of this socket.</summary>
    public static async Task<string> SessionIdAsync(this GameSocket socket) => (await socket.RequestAsync(MessageIds.WhoAmI))["session"].GetString()!;

    public static Task<ReceivedFrame> LogInAsync(this GameSocket socket, string name) => socket.RequestAsync(1000, JsonSerializer.Serialize(new { name }));

    public static async Task<JsonElement> GetJsonAsync(this GameProcess server, string path) => await server.Admin.GetFromJsonAsync<JsonElement>(path);

    /// <summary>The services that were told of the session's end, one after another, each as often as it was told.</summary>
    public static async Task<string[]> NoticesAsync(this GameProcess server, string session)
    {
        var notices = await server.GetJsonAsync($"tests/notices?session={session}");
        return [.. notices.GetProperty("services").EnumerateArray().Select(static service => service.GetString()!)];
    }

    /// <summary>Waits until at least as many services as expected were told, and says which.</summary>
    public static async Task<string[]> NoticesAsync(this GameProcess server, string session, int expected)
    {
        string[] notices = [];
        await Wait.UntilAsync(
            async () => (notices = await server.NoticesAsync(session)).Length >= expected,
            Limit,
            $"{expected} services to be told that session {session} has ended",
            () => string.Join(", ", notices));
        return notices;
    }

    /// <summary>The sum of a metric over its tags; zero when it has no value. <paramref name="tag"/> chooses some of them, as <c>code="4008"</c>.</summary>
    public static async Task<double> MetricAsync(this GameProcess server, string name, string tag = "")
    {
        var text = await server.Admin.GetStringAsync("metrics");
        return text.Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(tag, StringComparison.Ordinal))
            .Sum(static line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    public static async Task MetricReachesAsync(this GameProcess server, double expected, string name, string tag = "")
    {
        var actual = double.NaN;
        await Wait.UntilAsync(
            async () => (actual = await server.MetricAsync(name, tag)) == expected, Limit, $"{name}{{{tag}}} to be {expected}", () => $"it is {actual}");
    }

    /// <summary>The assembly of the test services.</summary>
    public static string ServicesFile { get; } = FindServicesFile();

    private static string FindServicesFile()
    {
        // .../Tests/bin/<configuration>/<framework>/
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(output.Parent!.Parent!.Parent!.FullName, "TestServices", "bin", output.Parent!.Name, output.Name, AssemblyName);
    }
}

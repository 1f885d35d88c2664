using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Cluster;

/// <summary>What the tests of clusters ask a process' admin port.</summary>
internal static class AdminCalls
{
    public static Task<JsonElement> StatusAsync(this GameProcess process) => process.Admin.GetFromJsonAsync<JsonElement>("admin/v1/status");

    /// <summary>The whole list of sessions, read in pages of that many.</summary>
    public static async Task<List<JsonElement>> SessionsAsync(this GameProcess process, int page = 1000)
    {
        var sessions = new List<JsonElement>();
        for (string? after = null; ;)
        {
            var answer = await process.Admin.GetFromJsonAsync<JsonElement>($"admin/v1/sessions?limit={page}{(after is null ? "" : $"&after={after}")}");
            sessions.AddRange(answer.GetProperty("sessions").EnumerateArray());
            after = answer.GetProperty("next").GetString();
            if (after is null)
            {
                return sessions;
            }
        }
    }

    /// <summary>The id of the session that has logged in by that name.</summary>
    public static async Task<string> SessionOfAsync(this GameProcess process, string player) =>
        (await process.SessionsAsync()).Single(session => session.GetProperty("player").GetString() == player).GetProperty("id").GetString()!;

    /// <summary>A gauge of a gateway, summed over its tags.</summary>
    public static async Task<double> GaugeAsync(this GameProcess process, string name)
    {
        // A line is the name, tags in braces, the value and perhaps a time.
        var values = (await process.Admin.GetStringAsync("metrics")).Split('\n')
            .Where(line => line.Split('{', ' ')[0] == name)
            .Select(line => line[(line.LastIndexOf('}') + 1)..].Replace(name, "", StringComparison.Ordinal).Trim().Split(' ')[0])
            .ToList();
        Assert.That(values, Is.Not.Empty, $"{process.Name} has no metric {name}");
        return values.Sum(static value => double.Parse(value, CultureInfo.InvariantCulture));
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;

namespace GameCluster.LoadTest.Commands;

/// <summary>Reports as JSON: one field per line, names in camelCase.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Serialize<T>(T report) => JsonSerializer.Serialize(report, Options);

    public static void Write<T>(T report, string path) => File.WriteAllText(path, Serialize(report) + "\n");
}

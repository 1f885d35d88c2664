using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GameCluster.Services;

/// <summary>How the state of grains is written: public properties that can be read and set, and public fields.</summary>
internal static class StateJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions { IncludeFields = true, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        options.MakeReadOnly();
        return options;
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace GameCluster.Services;

/// <summary>
/// How the services of one assembly read and write JSON: members in snake_case, nulls not written, text in ASCII, members that nobody asked for
/// skipped, duplicates refused, at most 16 levels deep. Every <see cref="JsonSerializerContext"/> of the assembly is used; types in none of them
/// are reflected over.
/// </summary>
public sealed class ServiceJson
{
    internal const int MaxDepth = 16;

    private static readonly ConditionalWeakTable<Assembly, ServiceJson> PerAssembly = [];

    private ServiceJson(Assembly assembly) => Options = CreateOptions(assembly);

    /// <summary>The options; read-only.</summary>
    public JsonSerializerOptions Options { get; }

    /// <summary>The JSON of the services in <paramref name="assembly"/>.</summary>
    public static ServiceJson For(Assembly assembly) => PerAssembly.GetValue(assembly, static key => new ServiceJson(key));

    /// <summary>The bytes of a message's body.</summary>
    public byte[] Serialize<T>(T message) => JsonScratch.Serialize(message, TypeInfo<T>());

    internal JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions CreateOptions(Assembly assembly)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = AsciiJsonEncoder.Instance,
            MaxDepth = MaxDepth,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
        };
        foreach (var context in assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(JsonSerializerContext)) && !type.IsAbstract))
        {
            options.TypeInfoResolverChain.Add((JsonSerializerContext)Activator.CreateInstance(context)!);
        }

        options.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
        options.MakeReadOnly();
        return options;
    }
}

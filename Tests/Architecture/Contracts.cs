using System.Reflection;
using System.Text;
using GameCluster.Gateway.Protocol;
using GameCluster.Services;
using GameCluster.Silo.Storage;
using Orleans;
using Orleans.Metadata;
using Orleans.Services;

namespace GameCluster.Tests.Architecture;

/// <summary>Writes down, in one way only, everything by which processes understand each other: serialised types, grain interfaces, grain types, enumerations.</summary>
internal static class Contracts
{
    private static readonly Assembly[] Assemblies = [typeof(IServiceGrain).Assembly, typeof(ServiceGrain).Assembly, typeof(FrameReader).Assembly, typeof(SqliteMigrator).Assembly];

    public static string Describe()
    {
        var types = Assemblies.SelectMany(static assembly => assembly.GetTypes()).Where(static type => type.Namespace?.StartsWith("GameCluster", StringComparison.Ordinal) == true).ToList();
        var serialised = types.Where(static type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)).ToList();
        var interfaces = types.Where(static type => type.IsInterface && (type.IsAssignableTo(typeof(IGrain)) || type.IsAssignableTo(typeof(IGrainService)))).ToList();
        var enumerations = serialised.SelectMany(TypesOfMembers).Concat(interfaces.SelectMany(TypesOfMethods)).SelectMany(Parts).Where(type => type.IsEnum && types.Contains(type)).Distinct();
        return string.Join('\n', Sorted(serialised.Select(DescribeType)).Concat(Sorted(interfaces.Select(DescribeInterface)))
            .Concat(Sorted(enumerations.Select(DescribeEnumeration))).Concat(Sorted(types.Select(DescribeGrain).OfType<string>()))) + "\n";
    }

    private static string DescribeType(Type type)
    {
        var text = new StringBuilder($"type {AliasOf(type)} = {NameOf(type)}");
        foreach (var (id, member) in MembersOf(type))
        {
            text.Append($"\n  {id} {member.Name}: {NameOf(TypeOf(member))}");
        }

        return text.ToString();
    }

    private static string DescribeInterface(Type type)
    {
        var text = new StringBuilder($"interface {AliasOf(type)} = {NameOf(type)}");
        foreach (var method in type.GetMethods().OrderBy(static method => method.Name, StringComparer.Ordinal))
        {
            var parameters = string.Join(", ", method.GetParameters().Select(static parameter => $"{NameOf(parameter.ParameterType)} {parameter.Name}"));
            text.Append($"\n  {AliasOf(method)} = {NameOf(method.ReturnType)} {method.Name}({parameters})");
        }

        return text.ToString();
    }

    private static string DescribeEnumeration(Type type)
    {
        var values = Enum.GetValues(type).Cast<Enum>().Select(static value => $"\n  {value:D} {value:G}");
        return $"enum {NameOf(type)}: {NameOf(Enum.GetUnderlyingType(type))}{string.Concat(values)}";
    }

    private static string? DescribeGrain(Type type) =>
        type is { IsClass: true, IsAbstract: false } && type.GetCustomAttributes().OfType<IGrainTypeProviderAttribute>().SingleOrDefault() is { } provider
            ? $"grain {provider.GetGrainType(null!, type)} = {NameOf(type)}"
            : null;

    private static IEnumerable<(uint Id, MemberInfo Member)> MembersOf(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(static member => member.IsDefined(typeof(IdAttribute)))
        .Select(static member => (member.GetCustomAttribute<IdAttribute>()!.Id, member))
        .OrderBy(static entry => entry.Id);

    private static IEnumerable<Type> TypesOfMembers(Type type) => MembersOf(type).Select(static entry => TypeOf(entry.Member));

    private static IEnumerable<Type> TypesOfMethods(Type type) =>
        type.GetMethods().SelectMany(static method => method.GetParameters().Select(static parameter => parameter.ParameterType).Append(method.ReturnType));

    private static Type TypeOf(MemberInfo member) => member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType;

    /// <summary>The type itself and what it is made of.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts).Append(type);

    private static string AliasOf(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>()?.Alias
        ?? throw new InvalidOperationException($"{member.DeclaringType}.{member.Name} has no [Alias]: give it one, so that a new name in the code is none on the wire.");

    private static string NameOf(Type type)
    {
        if (type.IsArray)
        {
            return $"{NameOf(type.GetElementType()!)}[]";
        }

        return type.IsGenericType
            ? $"{type.FullName![..type.FullName!.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
            : type.FullName ?? type.Name;
    }

    private static IOrderedEnumerable<string> Sorted(IEnumerable<string> texts) => texts.Order(StringComparer.Ordinal);
}

namespace GameCluster.Tests.Architecture;

/// <summary>A class of an assembly makes use of a type; nested types stand for the one around them.</summary>
internal readonly record struct TypeUse(TypeName User, TypeName Used);

/// <summary>Where a type is.</summary>
internal readonly record struct TypeName(string Assembly, string Namespace, string Name)
{
    public override string ToString() => $"{Namespace}.{Name}";
}

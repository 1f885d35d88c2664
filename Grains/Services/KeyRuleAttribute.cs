namespace GameCluster.Services;

/// <summary>The key rule that services deriving from a class must have.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class KeyRuleAttribute(ServiceKey key) : Attribute
{
    public ServiceKey Key { get; } = key;
}

namespace GameCluster.Services;

/// <summary>Services deriving from a class keep their answers to numbered requests beyond the death of their silo.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class KeepsAnswersAttribute : Attribute;

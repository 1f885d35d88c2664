using CsCheck;

namespace GameCluster.Tests.Histories;

/// <summary>One thing that happens to one client; nothing if it cannot happen at the moment.</summary>
internal sealed record ModelStep(ModelStepKind Kind, int Client, int Amount)
{
    private static readonly Gen<ModelStepKind> Kinds = Gen.Frequency(
        (6, Gen.Const(ModelStepKind.Publish)),
        (8, Gen.Const(ModelStepKind.Deliver)),
        (4, Gen.Enum<ModelStepKind>()));

    /// <summary>Any run of the model.</summary>
    public static Gen<ModelStep[]> Runs { get; } =
        Gen.Select(Kinds, Gen.Int[0, ModelRun.Clients - 1], Gen.Int[1, 5], static (kind, client, amount) => new ModelStep(kind, client, amount)).Array[0, 80];
}

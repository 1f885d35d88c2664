namespace GameCluster.Tests.Histories;

/// <summary>A room of the model.</summary>
internal sealed class ModelRoom
{
    /// <summary>How many publishes it has done.</summary>
    public long Done { get; set; }

    public long Balance { get; set; }

    /// <summary>Rises with each silo that takes it over.</summary>
    public long Epoch { get; set; } = 1;

    public string Silo => $"silo-{Epoch % 3}";
}

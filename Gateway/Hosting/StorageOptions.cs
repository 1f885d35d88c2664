using System.ComponentModel.DataAnnotations;

namespace GameCluster.Gateway.Hosting;

/// <summary>Where the cluster keeps what must outlive a process. Configuration section <c>GameCluster:Storage</c>.</summary>
internal sealed class StorageOptions
{
    public const string SectionName = "GameCluster:Storage";

    /// <summary>Npgsql connection string of the cluster's database. Empty: one process on its own, with SQLite in <see cref="DataFolder"/>.</summary>
    public string PostgreSql { get; set; } = "";

    /// <summary>Where a process on its own keeps its database and its admin key. Default <c>gamecluster-data</c> in the working folder.</summary>
    [Required]
    public string DataFolder { get; set; } = "gamecluster-data";

    /// <summary>Whether this is one process without a cluster.</summary>
    public bool IsEmbedded => PostgreSql.Length == 0;
}

using System.ComponentModel.DataAnnotations;

namespace GameCluster.Gateway.Auth;

/// <summary>The operators' HTTP port. Configuration section <c>GameCluster:Admin</c>.</summary>
internal sealed class AdminOptions
{
    public const string SectionName = "GameCluster:Admin";

    /// <summary>The TCP port for operators, health checks and the services' own HTTP endpoints. Default 20001.</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 20001;

    /// <summary>The address the port binds to. Default <c>127.0.0.1</c>: this machine only.</summary>
    [Required]
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>
    /// The key that operators send as <c>Authorization: Bearer KEY</c>. At least 32 characters. Without one the admin API is closed; a process on its own makes
    /// one and keeps it in its data folder.
    /// </summary>
    public string Key { get; set; } = "";
}

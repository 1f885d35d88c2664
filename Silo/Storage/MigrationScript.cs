using System.Security.Cryptography;
using System.Text;

namespace GameCluster.Silo.Storage;

/// <summary>One numbered step of a database schema. Once released it never changes; a change is a new script.</summary>
/// <param name="Version">The number that the file name starts with, from 1 without gaps.</param>
/// <param name="Name">The file name.</param>
/// <param name="Sql">The statements, with LF line ends wherever the file was checked out.</param>
internal sealed record MigrationScript(int Version, string Name, string Sql)
{
    /// <summary>SHA-256 of <see cref="Sql"/>, in hex.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
}

using System.Security.Cryptography;
using System.Text;

namespace GameCluster.Gateway.Auth;

/// <summary>The operators' key; only its hash is kept. Closed for everybody when there is none.</summary>
internal sealed class AdminKey
{
    private const string FileName = "admin.key";
    private const int KeyBytes = 32;

    private readonly byte[]? _hash;

    private AdminKey(string key, string? file)
    {
        _hash = key.Length == 0 ? null : Hash(key);
        File = file;
    }

    /// <summary>The file the key was read from, if it came from one.</summary>
    public string? File { get; }

    /// <summary>Whether anybody can be let in.</summary>
    public bool IsConfigured => _hash is not null;

    public static AdminKey FromConfiguration(string key) => new(key, null);

    /// <summary>The key kept in <paramref name="folder"/>, made on first use and readable by its owner only.</summary>
    public static AdminKey FromFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        var file = Path.GetFullPath(Path.Combine(folder, FileName));
        if (!System.IO.File.Exists(file))
        {
            Create(file);
        }

        return new AdminKey(System.IO.File.ReadAllText(file).Trim(), file);
    }

    /// <summary>Compares in a time that does not depend on where the keys differ.</summary>
    public bool Matches(string? candidate) => _hash is not null && candidate is not null && CryptographicOperations.FixedTimeEquals(_hash, Hash(candidate));

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static void Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, options);
        writer.WriteLine(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)));
    }
}

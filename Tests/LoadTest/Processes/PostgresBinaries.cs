using System.Globalization;

namespace GameCluster.LoadTest.Processes;

/// <summary>The programs of a local PostgreSQL installation.</summary>
internal sealed class PostgresBinaries
{
    private static readonly string[] InstallationPatterns =
    [
        "/usr/lib/postgresql/*/bin",
        "/usr/pgsql-*/bin",
        "/opt/homebrew/opt/postgresql*/bin",
        "/usr/local/opt/postgresql*/bin",
        "/Applications/Postgres.app/Contents/Versions/*/bin",
        @"C:\Program Files\PostgreSQL\*\bin",
    ];

    private readonly string _folder;

    private PostgresBinaries(string folder) => _folder = folder;

    public string InitDb => Program("initdb");

    public string PgCtl => Program("pg_ctl");

    public string Postgres => Program("postgres");

    /// <summary>The installation on the PATH, else the newest in one of the usual places, else null.</summary>
    public static PostgresBinaries? Find()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return path.Concat(InstallationPatterns.SelectMany(Expand))
            .Select(folder => new PostgresBinaries(folder))
            .FirstOrDefault(found => File.Exists(found.InitDb) && File.Exists(found.PgCtl) && File.Exists(found.Postgres));
    }

    /// <summary>The folders that a pattern with one star in its last but one segment stands for, highest version first.</summary>
    private static IEnumerable<string> Expand(string pattern)
    {
        var versions = Path.GetDirectoryName(pattern);
        var parent = Path.GetDirectoryName(versions);
        if (!Directory.Exists(parent))
        {
            return [];
        }

        return Directory.EnumerateDirectories(parent, Path.GetFileName(versions)!)
            .OrderByDescending(VersionOf)
            .Select(folder => Path.Combine(folder, Path.GetFileName(pattern)));
    }

    private static double VersionOf(string folder)
    {
        var digits = new string([.. Path.GetFileName(folder).SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return double.TryParse(digits, CultureInfo.InvariantCulture, out var version) ? version : 0;
    }

    private string Program(string name) => Path.Combine(_folder, OperatingSystem.IsWindows() ? name + ".exe" : name);
}

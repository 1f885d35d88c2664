using System.Diagnostics;

namespace GameCluster.LoadTest.Processes;

/// <summary>
/// The account that PostgreSQL's programs run as. They refuse to run as root, so root borrows the account <c>postgres</c>, or
/// <c>nobody</c> where that does not exist.
/// </summary>
internal sealed class PostgresAccount
{
    private readonly string? _user;

    private PostgresAccount(string? user) => _user = user;

    public static async Task<PostgresAccount> ChooseAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return new(null);
        }

        var (exitCode, _) = await RunAsync(["id", "-u", "postgres"]);
        return new(exitCode == 0 ? "postgres" : "nobody");
    }

    /// <summary>Hands a folder and what is in it over to the account.</summary>
    public async Task OwnAsync(string folder)
    {
        if (_user is not null)
        {
            await RunCheckedAsync(["chown", "-R", _user, folder]);
        }
    }

    /// <summary>The command line that runs <paramref name="command"/> as the account, in the same process.</summary>
    public string[] CommandLine(params string[] command) => _user is null
        ? command
        : HasSetPriv
            ? ["setpriv", "--reuid", _user, "--regid", GroupOf(_user), "--clear-groups", "--", .. command]
            : ["runuser", "-u", _user, "--", .. command];

    /// <summary>Runs a command as the account to its end.</summary>
    /// <exception cref="IOException">It failed; the text has its output.</exception>
    public Task RunCommandAsync(params string[] command) => RunCheckedAsync(CommandLine(command));

    private static bool HasSetPriv => File.Exists("/usr/bin/setpriv") || File.Exists("/bin/setpriv");

    private static string GroupOf(string user) =>
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).First(fields => fields[0] == user)[3];

    private static async Task RunCheckedAsync(string[] commandLine)
    {
        var (exitCode, output) = await RunAsync(commandLine);
        if (exitCode != 0)
        {
            throw new IOException($"'{string.Join(' ', commandLine)}' ended with exit code {exitCode}: {output}");
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string[] commandLine)
    {
        var start = new ProcessStartInfo(commandLine[0], commandLine[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}

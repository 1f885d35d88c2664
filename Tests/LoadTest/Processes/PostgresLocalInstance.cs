using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace GameCluster.LoadTest.Processes;

/// <summary>A PostgreSQL from a local installation, in a temporary folder and on a free port of the loopback interface.</summary>
internal sealed class PostgresLocalInstance : PostgresInstance
{
    private readonly PostgresBinaries _binaries;
    private readonly PostgresAccount _account;
    private readonly bool _durable;
    private readonly string _folder = Directory.CreateTempSubdirectory("gamecluster-postgres-").FullName;
    private readonly string _password = Guid.NewGuid().ToString("N");
    private readonly int _port = LoopbackPort.Free();
    private PostgresProcess? _process;

    private PostgresLocalInstance(PostgresBinaries binaries, PostgresAccount account, bool durable)
    {
        _binaries = binaries;
        _account = account;
        _durable = durable;
    }

    public override string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = "postgres",
        Password = _password,
        Database = "postgres",
    }.ConnectionString;

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PostgresLocalInstance> CreateAsync(PostgresBinaries binaries, bool durable)
    {
        var instance = new PostgresLocalInstance(binaries, await PostgresAccount.ChooseAsync(), durable);
        try
        {
            await instance.InitializeAsync();
            await instance.StartAsync();
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    public override async Task StartAsync()
    {
        string[] settings =
        [
            $"port={_port}",
            "listen_addresses=127.0.0.1",
            $"unix_socket_directories={(OperatingSystem.IsWindows() ? "" : _folder)}",
            "logging_collector=off",
            "log_destination=stderr",
            "lc_messages=C",
            "max_connections=300",
            $"fsync={(_durable ? "on" : "off")}",
        ];
        string[] command = [_binaries.Postgres, "-D", Data, .. settings.SelectMany(setting => new[] { "-c", setting })];
        _process = await PostgresProcess.StartAsync(_folder, _account.CommandLine(command));
    }

    public override async Task StopAsync(bool immediate)
    {
        if (_process is not null)
        {
            await _account.RunCommandAsync(_binaries.PgCtl, "stop", "-D", Data, "-w", "-m", immediate ? "immediate" : "fast");
            await _process.ReleaseAsync();
            _process.Dispose();
            _process = null;
        }
    }

    /// <exception cref="IOException">It does not run.</exception>
    public override Task PauseAsync() => SignalAsync("STOP");

    public override Task ResumeAsync() => SignalAsync("CONT");

    public override async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            try
            {
                await ResumeAsync();
                await StopAsync(immediate: true);
            }
            catch (IOException)
            {
                // It is down already: Ctrl+C reaches it too. Without us its guard goes, and takes the folder along.
                process.Dispose();
                return;
            }
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task InitializeAsync()
    {
        var passwordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(passwordFile, _password);
        await _account.OwnAsync(_folder);
        await _account.RunCommandAsync(_binaries.InitDb, "-D", Data, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={passwordFile}",
            "-E", "UTF8", "--locale=C", "--no-sync");
        File.Delete(passwordFile);
    }

    /// <summary>The postmaster gets the signal first, so that it starts no process that would miss it. A process that ends meanwhile is none to be sorry for.</summary>
    private async Task SignalAsync(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var postmaster = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        var command = $"kill -{signal} {postmaster} && for child in $(pgrep -P {postmaster}); do kill -{signal} $child 2>/dev/null || true; done";
        using var process = Process.Start("/bin/sh", ["-c", command]);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new IOException($"'{command}' ended with exit code {process.ExitCode}.");
        }
    }
}

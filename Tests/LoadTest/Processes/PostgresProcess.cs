using System.Collections.Concurrent;
using System.Diagnostics;

namespace GameCluster.LoadTest.Processes;

/// <summary>
/// A PostgreSQL server process that cannot outlive the tests: a shell between the two holds a pipe from the test process, and
/// when that closes, for whatever reason, the shell stops the server and removes its folder. (Windows has no such shell; there
/// the server ends only with an orderly end of the tests.)
/// </summary>
internal sealed class PostgresProcess : IDisposable
{
    private const string ReadyLine = "database system is ready to accept connections";

    private const string Guard =
        """
        trap '' HUP INT
        folder=$1
        shift
        "$@" </dev/null &
        exec 2>&-
        read -r order && exit
        server=$(head -n 1 "$folder/data/postmaster.pid") && kill -QUIT "$server" && kill -CONT "$server"
        wait
        rm -rf "$folder"
        """;

    private readonly Process _process;
    private readonly TaskCompletionSource<bool> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _log = new();

    private PostgresProcess(Process process) => _process = process;

    /// <summary>Starts the server and completes when it accepts connections.</summary>
    /// <param name="folder">Holds the server's folder <c>data</c>.</param>
    /// <exception cref="IOException">It did not come up; the text has its log.</exception>
    public static async Task<PostgresProcess> StartAsync(string folder, string[] commandLine)
    {
        var process = new Process { StartInfo = StartInfoOf(folder, commandLine) };
        var server = new PostgresProcess(process);
        process.ErrorDataReceived += (_, line) => server.OnLog(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>Lets the guard go, after the server was stopped.</summary>
    public async Task ReleaseAsync()
    {
        if (!OperatingSystem.IsWindows())
        {
            await _process.StandardInput.WriteLineAsync("stopped");
            await _process.StandardInput.FlushAsync();
        }

        await _process.WaitForExitAsync();
    }

    public void Dispose() => _process.Dispose();

    private static ProcessStartInfo StartInfoOf(string folder, string[] commandLine) => OperatingSystem.IsWindows()
        ? Redirected(folder, commandLine)
        : Redirected(folder, ["/bin/sh", "-c", Guard, "postgres-guard", folder, .. commandLine]);

    private static ProcessStartInfo Redirected(string folder, string[] commandLine) => new(commandLine[0], commandLine[1..])
    {
        RedirectStandardInput = true,
        RedirectStandardError = true,
        WorkingDirectory = folder,
    };

    private async Task WaitUntilReadyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var expiry = limit.Token.Register(() => _ready.TrySetResult(false));
        if (!await _ready.Task)
        {
            _process.Kill(entireProcessTree: true);
            Dispose();
            throw new IOException($"PostgreSQL ended, or 60 s passed, before it was ready. Its log: {string.Join('\n', _log)}");
        }
    }

    private void OnLog(string? line)
    {
        if (line is null)
        {
            _ready.TrySetResult(false);
        }
        else if (line.Contains(ReadyLine, StringComparison.Ordinal))
        {
            _ready.TrySetResult(true);
        }
        else if (!_ready.Task.IsCompleted)
        {
            _log.Enqueue(line);
        }
    }
}

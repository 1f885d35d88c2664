using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace GameCluster.LoadTest.Processes;

/// <summary>
/// A real process of ours, started from its project's own output folder: a gateway therefore has no game code. Its folder, its ports and its settings are
/// its own, so that many run side by side.
/// </summary>
internal sealed class GameProcess : IAsyncDisposable
{
    /// <summary>The admin key of every process that is started here.</summary>
    public const string AdminKey = "tests-use-this-admin-key-and-no-other";

    private const int KeptLines = 400;
    private const int SigTerm = 15;
    private const int SigStop = 19;
    private const int SigCont = 18;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Lock _gate = new();
    private readonly ProcessStartInfo _start;
    private readonly string _folder;
    private string _root = Repository.Root;
    private Process _process;
    private StreamWriter? _log;

    private GameProcess(string name, ProcessStartInfo start, string folder, int siloPort, int clientPort, int adminPort)
    {
        Name = name;
        _start = start;
        _folder = folder;
        SiloPort = siloPort;
        ClientPort = clientPort;
        AdminPort = adminPort;
        Admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{adminPort}/"), Timeout = TimeSpan.FromSeconds(20) };
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
        _process = Run();
    }

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>Where other members of the cluster reach it.</summary>
    public int SiloPort { get; }

    public int ClientPort { get; }

    public int AdminPort { get; }

    /// <summary>Where clients connect.</summary>
    public Uri ClientUri => new($"ws://127.0.0.1:{ClientPort}/");

    /// <summary>The admin port, with the key.</summary>
    public HttpClient Admin { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The process' working folder, where one on its own keeps its data.</summary>
    public string Folder => _folder;

    /// <summary>The last lines the process has written.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts a process that hosts services; with the default roles it takes clients too.</summary>
    public static GameProcess StartSilo(string name, IReadOnlyDictionary<string, string>? settings = null, params string[] arguments) =>
        Start("Silo", name, settings, arguments);

    /// <summary>Starts a process that only takes clients.</summary>
    public static GameProcess StartGateway(string name, IReadOnlyDictionary<string, string>? settings = null) => Start("Gateway", name, settings);

    /// <summary>Completes when the process says that it can serve.</summary>
    public async Task<GameProcess> ReadyAsync()
    {
        await Wait.UntilAsync(IsReadyAsync, StartLimit, $"{Name} to be ready", () => Output);
        return this;
    }

    /// <exception cref="IOException">It has ended; the text has what it wrote.</exception>
    public async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
        {
            throw new IOException($"{Name} has exited with code {_process.ExitCode}:\n{Output}");
        }

        return await StatusOfAsync("readyz") == HttpStatusCode.OK;
    }

    /// <summary>The status of a path on the admin port; null if nobody answers.</summary>
    public async Task<HttpStatusCode?> StatusOfAsync(string path)
    {
        try
        {
            using var response = await Admin.GetAsync(path);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>SIGKILL: the process gets no chance to say anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts the program again, after its end, in the same folder and at the same ports.</summary>
    /// <returns>Itself.</returns>
    public GameProcess StartAgain()
    {
        if (!_process.HasExited)
        {
            throw new InvalidOperationException($"{Name} still runs.");
        }

        // The one before is left to the garbage collector: somebody may be asking it just now whether it has exited.
        _process = Run();
        return this;
    }

    /// <summary>From the next start on it is started from the programs of another checkout, which must be built in the same configuration.</summary>
    /// <param name="root">The checkout's folder.</param>
    /// <exception cref="InvalidDataException">It has no such program.</exception>
    public void UseBuild(string root)
    {
        string Moved(string text) => text.Replace(_root, root, StringComparison.Ordinal);

        var program = Moved(_start.ArgumentList[0]);
        if (!File.Exists(program))
        {
            throw new InvalidDataException($"There is no {program}: build that checkout in the configuration {Repository.Configuration} first.");
        }

        _start.ArgumentList[0] = program;
        foreach (var (key, value) in _start.Environment.Where(setting => setting.Value?.Contains(_root, StringComparison.Ordinal) == true).ToList())
        {
            _start.Environment[key] = Moved(value!);
        }

        _root = root;
    }

    /// <summary>Writes to a file, too, what the process has said and will say.</summary>
    public void LogTo(string path)
    {
        lock (_gate)
        {
            _log ??= new StreamWriter(path) { AutoFlush = true };
            foreach (var line in _output)
            {
                _log.WriteLine(line);
            }
        }
    }

    /// <summary>SIGTERM, as a container engine stops a process, without waiting for the end.</summary>
    public void Terminate() => Signal(SigTerm);

    /// <summary>SIGSTOP: the process stands still with its sockets open.</summary>
    public void Freeze() => Signal(SigStop);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signal(SigCont);

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task<int> StopAsync()
    {
        Terminate();
        return await ExitAsync();
    }

    /// <summary>Completes with the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(StopLimit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Name} has not stopped within {StopLimit.TotalSeconds} s:\n{Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        Admin.Dispose();
        _process.Dispose();
        lock (_gate)
        {
            _log?.Dispose();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static GameProcess Start(string project, string name, IReadOnlyDictionary<string, string>? settings, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory($"gamecluster-{name}-").FullName;
        var (siloPort, clientPort, adminPort) = (LoopbackPort.Free(), LoopbackPort.Free(), LoopbackPort.Free());
        var start = new ProcessStartInfo("dotnet", [Repository.ProgramOf(project), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in Settings(name, siloPort, clientPort, adminPort).Concat(settings ?? new Dictionary<string, string>()))
        {
            start.Environment[key] = value;
        }

        return new GameProcess(name, start, folder, siloPort, clientPort, adminPort);
    }

    private static Dictionary<string, string> Settings(string name, int siloPort, int clientPort, int adminPort) => new()
    {
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["DOTNET_TieredPGO"] = "0", // Many of these processes live for seconds.
        ["GameCluster__Node__Name"] = name,
        ["GameCluster__Node__SiloPort"] = siloPort.ToString(),
        ["GameCluster__Node__AdvertisedAddress"] = "127.0.0.1",
        ["GameCluster__Gateway__Address"] = "127.0.0.1",
        ["GameCluster__Gateway__Port"] = clientPort.ToString(),
        ["GameCluster__Admin__Port"] = adminPort.ToString(),
        ["GameCluster__Admin__Key"] = AdminKey,
    };

    /// <summary>A process that runs: whoever may ask for it meanwhile sees the one before.</summary>
    private Process Run()
    {
        var process = new Process { StartInfo = _start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _log?.WriteLine(line);
            _output.Enqueue(line);
            while (_output.Count > KeptLines)
            {
                _output.TryDequeue(out _);
            }
        }
    }

    private void Signal(int signal)
    {
        if (kill(_process.Id, signal) != 0)
        {
            throw new IOException($"signal {signal} did not reach {Name}");
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}

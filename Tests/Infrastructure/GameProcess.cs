using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace GameCluster.Tests.Infrastructure;

/// <summary>
/// A real process of ours, started from its project's own output folder: a gateway therefore has no game code. Its folder, its ports and its settings are
/// its own, so that many run side by side.
/// </summary>
internal sealed class GameProcess : IAsyncDisposable
{
    /// <summary>The admin key of every process of the tests.</summary>
    public const string AdminKey = "tests-use-this-admin-key-and-no-other";

    private const int KeptLines = 400;
    private const int SigTerm = 15;
    private const int SigStop = 19;
    private const int SigCont = 18;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;
    private readonly string _folder;

    private GameProcess(string name, Process process, string folder, int clientPort, int adminPort)
    {
        Name = name;
        _process = process;
        _folder = folder;
        ClientPort = clientPort;
        AdminPort = adminPort;
        Admin = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{adminPort}/"), Timeout = TimeSpan.FromSeconds(20) };
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey);
    }

    public string Name { get; }

    public int Id => _process.Id;

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
    public static GameProcess StartSilo(string name, IReadOnlyDictionary<string, string>? settings = null, params string[] arguments) => Start("Silo", name, settings, arguments);

    /// <summary>Starts a process that only takes clients.</summary>
    public static GameProcess StartGateway(string name, IReadOnlyDictionary<string, string>? settings = null) => Start("Gateway", name, settings, []);

    /// <summary>Starts it anew, after its end: the same name, ports, folder and settings.</summary>
    public GameProcess StartAgain()
    {
        var process = new GameProcess(Name, new Process { StartInfo = _process.StartInfo }, _folder, ClientPort, AdminPort);
        process.Run();
        return process;
    }

    /// <summary>Completes when the process says that it can serve.</summary>
    public async Task<GameProcess> ReadyAsync()
    {
        await Wait.UntilAsync(IsReadyAsync, StartLimit, $"{Name} to be ready", () => Output);
        return this;
    }

    public async Task<bool> IsReadyAsync()
    {
        if (_process.HasExited)
        {
            Assert.Fail($"{Name} has exited with code {_process.ExitCode}:\n{Output}");
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
            Assert.Fail($"{Name} has not stopped within {StopLimit.TotalSeconds} s:\n{Output}");
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
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static GameProcess Start(string project, string name, IReadOnlyDictionary<string, string>? settings, string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory($"gamecluster-{name}-").FullName;
        var (clientPort, adminPort) = (LoopbackPort.Free(), LoopbackPort.Free());
        var start = new ProcessStartInfo("dotnet", [ProgramOf(project), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in Settings(name, clientPort, adminPort).Concat(settings ?? new Dictionary<string, string>()))
        {
            start.Environment[key] = value;
        }

        var process = new GameProcess(name, new Process { StartInfo = start }, folder, clientPort, adminPort);
        process.Run();
        return process;
    }

    private static Dictionary<string, string> Settings(string name, int clientPort, int adminPort) => new()
    {
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["DOTNET_TieredPGO"] = "0", // Tests start many processes that live for seconds.
        ["GameCluster__Node__Name"] = name,
        ["GameCluster__Node__SiloPort"] = LoopbackPort.Free().ToString(),
        ["GameCluster__Node__AdvertisedAddress"] = "127.0.0.1",
        ["GameCluster__Gateway__Address"] = "127.0.0.1",
        ["GameCluster__Gateway__Port"] = clientPort.ToString(),
        ["GameCluster__Admin__Port"] = adminPort.ToString(),
        ["GameCluster__Admin__Key"] = AdminKey,
    };

    private static string ProgramOf(string project)
    {
        // .../Tests/bin/<configuration>/<framework>/
        var output = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        var root = output.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, project, "bin", output.Parent!.Name, output.Name, $"GameCluster.{project}.dll");
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        while (_output.Count > KeptLines)
        {
            _output.TryDequeue(out _);
        }
    }

    private void Signal(int signal)
    {
        if (kill(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"signal {signal} did not reach {Name}");
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}

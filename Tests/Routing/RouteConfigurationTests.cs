using System.Threading.Channels;
using GameCluster.Gateway.Routing;
using GameCluster.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GameCluster.Tests.Routing;

/// <summary>Configuration file and refresher of a real host, against a real cluster and a real file.</summary>
public sealed class RouteConfigurationTests
{
    private string _folder;
    private RouteCluster _cluster;
    private LogLines _log;
    private IHost? _host;

    private string File => Path.Combine(_folder, "routes.json");

    [SetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("routes").FullName;
        _cluster = await RouteCluster.StartAsync();
        await _cluster.Routes.ReportCatalogAsync("silo-1", [DeclaredService.Named("a", 1), DeclaredService.Named("b", 2)]);
        _log = new LogLines();
    }

    [TearDown]
    public async Task TearDown()
    {
        await (_host?.StopAsync() ?? Task.CompletedTask);
        _host?.Dispose();
        _log.Dispose();
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task File_ReadAtStart_ReachesTheGatewaysTable()
    {
        await WriteAsync("""{ "range": { "a": [[1, 9]] }, } // as obEspoir writes it""");
        await StartAsync();

        await _log.WaitForAsync("Routes of");
        await _log.WaitForAsync("Route table 2 is in force: 2 services, 1 ranges");
        var table = _host!.Services.GetRequiredService<RouteTableSource>().Current;
        Assert.That(table.Find(2).Service!.Name, Is.EqualTo("a"));
    }

    [Test]
    public async Task File_WrittenInPlaceAndReplaced_IsTakenEachTime()
    {
        await WriteAsync("""{"special":{"a":[10]}}""");
        await StartAsync();
        await _log.WaitForAsync("Applied, table 2");

        await WriteAsync("""{"special":{"a":[11]}}""");
        await _log.WaitForAsync("Applied, table 3");

        var draft = File + ".tmp";
        await System.IO.File.WriteAllTextAsync(draft, """{"special":{"a":[12]}}""");
        System.IO.File.Move(draft, File, overwrite: true);
        await _log.WaitForAsync("Applied, table 4");
        Assert.That((await _cluster.Routes.GetReportAsync()).Configuration.Specials["a"], Is.EqualTo(new[] { 12 }));
    }

    [Test]
    public async Task File_TurnsBad_EveryProblemIsLoggedAndTheLastGoodTableStays()
    {
        await WriteAsync("""{"special":{"a":[10]}}""");
        await StartAsync();
        await _log.WaitForAsync("Applied, table 2");

        await WriteAsync("""{"special":{"a":[true]},"rang":{}}""");
        var line = await _log.WaitForAsync("2 problems");
        Assert.That(line, Does.Contain("$.special.a[0]: true is not a message id").And.Contain("$.rang: unknown member"));
        Assert.That((await _cluster.Routes.GetReportAsync()).Effective.Version, Is.EqualTo(2));

        await WriteAsync("""{"special":{"a":[11]}}""");
        await _log.WaitForAsync("Applied, table 3");
    }

    [Test]
    public async Task File_NamesAServiceThatJoinsLater_IsTakenThen()
    {
        await WriteAsync("""{"range":{"late":[[100,200]]}}""");
        await StartAsync();
        await _log.WaitForAsync("no silo has declared a service 'late'");

        await _cluster.Routes.ReportCatalogAsync("silo-2", [DeclaredService.Named("late", 100)]);

        await _log.WaitForAsync("Applied, table 3");
        await _log.WaitForAsync("Route table 3 is in force: 3 services, 1 ranges");
    }

    [Test]
    public async Task File_Missing_IsSaidOnceAndTakenWhenItAppears()
    {
        await StartAsync();
        await _log.WaitForAsync("Create the file");

        await WriteAsync("""{"special":{"a":[10]}}""");

        await _log.WaitForAsync("Applied, table 2");
    }

    private Task WriteAsync(string text) => System.IO.File.WriteAllTextAsync(File, text);

    private async Task StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("GameCluster:Routes:File", (string?)File)]);
        builder.Logging.AddProvider(_log);
        builder.Services.AddSingleton(_cluster.Grains);
        builder.Services.AddSingleton(_cluster.Services.GetRequiredService<ILocalSiloDetails>());
        builder.Services.AddGameRouting().AddGameRouting().AddGameRouteConfiguration().AddGameRouteConfiguration();
        _host = builder.Build();
        await _host.StartAsync();
    }

    /// <summary>What the host logs, line by line, to wait for.</summary>
    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
        private readonly List<string> _seen = [];

        public async Task<string> WaitForAsync(string text)
        {
            if (_seen.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } earlier)
            {
                return earlier;
            }

            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await foreach (var line in _lines.Reader.ReadAllAsync(timeout.Token))
                {
                    _seen.Add(line);
                    if (line.Contains(text, StringComparison.Ordinal))
                    {
                        return line;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"'{text}' was not logged within 20 s, but:{Environment.NewLine}{string.Join(Environment.NewLine, _seen)}");
            }

            throw new InvalidOperationException("the log has ended");
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Writer.TryWrite(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}

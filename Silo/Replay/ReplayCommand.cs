using System.CommandLine;
using System.Reflection;
using System.Text;
using System.Text.Json;
using GameCluster.Gateway.Hosting;
using GameCluster.Silo.Hosting;

namespace GameCluster.Silo.Replay;

/// <summary>
/// <c>replay</c>: does a durable room's recording again with the code that is here, and says at which input something else comes of it. The room's state is written to the standard output, all that
/// is said about it to the standard error.
/// </summary>
internal sealed class ReplayCommand : Command
{
    /// <summary>How it is called.</summary>
    public const string CommandName = "replay";

    private const int Same = 0;
    private const int Different = 1;

    private readonly Argument<FileInfo> _recording = new("recording") { Description = "What GET /admin/v1/rooms/{service}/{room}/recording has given." };

    private readonly Option<string?> _services = new("--services") { Description = "Assemblies with services, separated by commas. Default: those of the configuration." };

    private readonly Option<long> _until = new("--until") { Description = "Stop after this input.", DefaultValueFactory = static _ => long.MaxValue };

    private readonly Option<FileInfo> _state = new("--state") { Description = "Compare the end with this state, as GET /admin/v1/rooms/{service}/{room}/state has given it." };

    private readonly Option<FileInfo> _trace = new("--trace") { Description = "Write to this file what becomes of each input." };

    private readonly Option<FileInfo> _against = new("--against") { Description = "Compare with such a file, as another version of the services has written it." };

    public ReplayCommand()
        : base(CommandName, "Do a durable room's recording again. Exit code 1 if something else comes of it than before.")
    {
        _recording.AcceptExistingOnly();
        _state.AcceptExistingOnly();
        _against.AcceptExistingOnly();
        Add(_recording);
        Add(_services);
        Add(_until);
        Add(_state);
        Add(_trace);
        Add(_against);
        SetAction(ExecuteAsync);
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken _)
    {
        try
        {
            var recording = Recording.Read(parsed.GetRequiredValue(_recording).FullName).Until(parsed.GetValue(_until));
            var services = ServiceAssemblies.Load(Configure(parsed.GetValue(_services)));
            var trace = parsed.GetValue(_trace)?.FullName;
            var file = trace ?? Path.GetTempFileName();
            try
            {
                return await RunAsync(recording, services, file, parsed.GetValue(_against)?.FullName, parsed.GetValue(_state)?.FullName);
            }
            finally
            {
                if (trace is null)
                {
                    File.Delete(file);
                }
            }
        }
        catch (Exception problem) when (problem is InvalidDataException or RefusedStartException or IOException or UnauthorizedAccessException)
        {
            return Say(problem.Message);
        }
    }

    private static async Task<int> RunAsync(Recording recording, IReadOnlyList<Assembly> services, string file, string? against, string? state)
    {
        using var other = against is null ? null : new TraceComparison(against);
        ReplayTrace first;
        await using (var output = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            first = new ReplayTrace(line =>
            {
                output.Write(line.Span);
                output.WriteByte((byte)'\n');
                other?.Compare(line);
            });
            await ReplayRun.RunAsync(recording, services, first);
        }

        // Whatever depends on the time, on chance or on something outside the room comes out otherwise the second time.
        using var again = new TraceComparison(file);
        await ReplayRun.RunAsync(recording, services, new ReplayTrace(again.Compare));

        Console.Out.WriteLine(Encoding.UTF8.GetString(first.State.Span));
        return again.Difference is { } chance ? Say($"Done twice, the same inputs did not make the same: the room uses what is not part of it.\n{chance}")
            : other?.Difference is { } rules ? Say($"Not as in {against}.\n{rules}")
            : state is not null && CompareState(state, first.State) is { } end ? Say($"Not the state in {state}.\n{end}")
            : Say($"{recording.Room.Service} {recording.Room.Key}: {first.Done} inputs done again, twice, with the same result.", Same);
    }

    private static string? CompareState(string file, ReadOnlyMemory<byte> state)
    {
        try
        {
            using var expected = JsonDocument.Parse(File.ReadAllBytes(file));
            using var actual = JsonDocument.Parse(state);
            var differences = JsonDifference.Find(expected.RootElement, actual.RootElement, limit: 20).ToList();
            return differences.Count == 0 ? null : string.Join('\n', differences);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{file} is no JSON: {exception.Message}", exception);
        }
    }

    private static NodeOptions Configure(string? services)
    {
        if (services is not null)
        {
            return new NodeOptions { ServiceAssemblies = services };
        }

        var configuration = NodeHost.CreateBuilder([]).Configuration;
        return configuration.GetSection(NodeOptions.SectionName).Get<NodeOptions>() ?? new NodeOptions();
    }

    private static int Say(string text, int code = Different)
    {
        Console.Error.WriteLine(text);
        return code;
    }
}

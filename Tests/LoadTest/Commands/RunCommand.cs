using System.CommandLine;
using System.CommandLine.Parsing;
using GameCluster.LoadTest.Load;

namespace GameCluster.LoadTest.Commands;

/// <summary><c>run</c>: requests in a closed or an open loop.</summary>
internal sealed class RunCommand : Command
{
    /// <summary>What one connection may have in flight: the server may leave it unread, and it must fit the send queue.</summary>
    private const int MostBytesInFlight = 1 << 19;
    private const int DefaultBodyBytes = 28;
    private const int FrameOverhead = 26;

    private readonly ClientOptions _client;

    private readonly Option<int?> _inFlight = new("--in-flight") { Description = "Closed loop: requests each connection keeps unanswered. Default 1." };

    private readonly Option<double?> _rate = new("--rate") { Description = "Open loop: requests per second over all connections, sent whatever the server does." };

    private readonly Option<TimeSpan> _ramp = Parsing.Duration("--ramp", TimeSpan.Zero, "Time over which the load rises to its full height, before the warm-up.");

    private readonly Option<TimeSpan> _warmUp = Parsing.Duration("--warm-up", TimeSpan.FromSeconds(10), "Full load that is not measured.");

    private readonly Option<TimeSpan> _duration = Parsing.Duration("--duration", TimeSpan.FromSeconds(10), "Length of the measured window.", mayBeZero: false);

    private readonly Option<int> _messageId = new("--message-id") { Description = "Message id of the requests.", DefaultValueFactory = _ => 40000 };

    private readonly Option<int?> _bodyBytes = new("--body-bytes")
    {
        Description = $"Size of a generated JSON body with a counter, without the 12 bytes of the header. Default {DefaultBodyBytes}, which makes frames of 40 bytes.",
    };

    private readonly Option<string?> _body = new("--body") { Description = "The body itself; {counter} in it becomes ten digits that rise by one per request." };

    private readonly Option<bool> _verify = new("--verify") { Description = "Replies must be echoes of the requests, in the order sent." };

    public RunCommand()
        : base("run", "Send requests, check every reply, measure throughput and latency.")
    {
        _client = new ClientOptions(this);
        Option[] options = [_inFlight, _rate, _ramp, _warmUp, _duration, _messageId, _bodyBytes, _body, _verify];
        foreach (var option in options)
        {
            Add(option);
        }

        // Rules about one command line as a whole; here an option that was not given has no value yet, not even its default.
        Validators.Add(Validate);
        SetAction(ExecuteAsync);
    }

    private void Validate(CommandResult result)
    {
        var (inFlight, rate, body, bodyBytes) = (result.GetValue(_inFlight), result.GetValue(_rate), result.GetValue(_body), result.GetValue(_bodyBytes));
        Refuse(inFlight is not null && rate is not null, "--in-flight (closed loop) and --rate (open loop) exclude each other.");
        Refuse(inFlight is < 1, "--in-flight must be 1 or more.");
        Refuse(rate is <= 0 or > 10_000_000, "--rate must be above 0 and at most 10,000,000 requests per second.");
        Refuse(body is not null && bodyBytes is not null, "--body and --body-bytes exclude each other.");
        Refuse(
            bodyBytes is < RequestBody.ShortestBytes or > RequestBody.LongestBytes,
            $"--body-bytes must be {RequestBody.ShortestBytes} to {RequestBody.LongestBytes}; use --body for a shorter one.");
        Refuse(
            result.GetValue(_verify) && body?.Contains(RequestBody.Placeholder, StringComparison.Ordinal) == false,
            $"--verify needs {RequestBody.Placeholder} in --body to tell the replies apart.");
        var bytes = body?.Length ?? bodyBytes ?? DefaultBodyBytes;
        Refuse(
            (long)(inFlight ?? 1) * (bytes + FrameOverhead) > MostBytesInFlight,
            $"--in-flight times the frame size must not exceed {MostBytesInFlight} bytes per connection.");

        void Refuse(bool isWrong, string message)
        {
            if (isWrong)
            {
                result.AddError(message);
            }
        }
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        _client.ApplyThreads(parsed);
        var settings = new LoadSettings
        {
            Connections = _client.Connections(parsed),
            InFlight = parsed.GetValue(_inFlight) ?? 1,
            Rate = parsed.GetValue(_rate),
            Ramp = parsed.GetValue(_ramp),
            WarmUp = parsed.GetValue(_warmUp),
            Duration = parsed.GetValue(_duration),
            MessageId = parsed.GetValue(_messageId),
            Body = parsed.GetValue(_body) is { } text ? RequestBody.OfText(text) : RequestBody.OfLength(parsed.GetValue(_bodyBytes) ?? DefaultBodyBytes),
            Verify = parsed.GetValue(_verify),
            ServerPids = _client.ServerPids(parsed),
        };
        var report = await new LoadRun(settings, Console.Error).ExecuteAsync(cancellation);
        return _client.Publish(parsed, report, report.IsFaultless);
    }
}

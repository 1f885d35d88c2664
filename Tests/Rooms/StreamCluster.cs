using System.Net;
using System.Text;
using GameCluster.Push;
using GameCluster.Rooms;
using GameCluster.Services;
using GameCluster.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace GameCluster.Tests.Rooms;

/// <summary>A stream, gateways that receive from it, and what each client makes of what it gets: it drops repeats and notes gaps, as gateways do.</summary>
internal sealed class StreamCluster : IStreamSink
{
    public static readonly GrainId Stream = GrainId.Create("service.tests", "room");

    private readonly Dictionary<SessionId, Client> _clients = [];
    private readonly StreamOptions? _limits;
    private readonly IByteBudget _budget;

    public StreamCluster(StreamOptions? limits = null, IByteBudget? budget = null)
    {
        (_limits, _budget) = (limits, budget ?? Budgets.Of(long.MaxValue));
        Core = New();
    }

    public FakeTimeProvider Time { get; } = new();

    public StreamCore Core { get; private set; }

    /// <summary>Deliveries that do not arrive.</summary>
    public Func<SiloAddress, bool> IsDeaf { get; set; } = static _ => false;

    public List<(SiloAddress Gateway, StreamDelivery Delivery)> Deliveries { get; } = [];

    public List<(SiloAddress Gateway, SessionId Session)> Closed { get; } = [];

    public static SiloAddress Gateway(int number) => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 20000 + number), 1);

    public static SessionId Session(int number) => new(new Guid(number, 0, 0, new byte[8]));

    public Client this[SessionId session] => _clients[session];

    public void Deliver(SiloAddress gateway, StreamDelivery delivery, long madeAt)
    {
        if (IsDeaf(gateway))
        {
            return;
        }

        Deliveries.Add((gateway, delivery));
        foreach (var member in delivery.MemberSpan)
        {
            if (_clients.TryGetValue(member.Session, out var client) && gateway.Equals(client.Gateway))
            {
                client.Take(member.Number, Encoding.UTF8.GetString(delivery.Body));
            }
        }
    }

    public void Close(SiloAddress gateway, SessionId[] sessions, long epoch) => Closed.AddRange(sessions.Select(session => (gateway, session)));

    /// <summary>What a grain does with its stream when its silo stops.</summary>
    public void Move(bool inPlace)
    {
        var image = Core.ToImage();
        Core.Release();
        Core = New();
        Core.Restore(image, inPlace);
        Core.MarkRestored();
    }

    private StreamCore New() => new(Stream, this, _budget, Time, _limits);

    public void Join(SessionId session, bool isSpectator = false)
    {
        Core.Join(session, isSpectator);
        _clients[session] = new Client();
    }

    public StreamResume Resume(SessionId session, int gateway, long epoch, uint? lastNumber = null)
    {
        var client = _clients[session];
        client.Gateway = Gateway(gateway);
        client.Last = lastNumber ?? client.Last;
        client.HasGap = false;
        var answer = Core.Resume(session, client.Gateway, epoch, client.Last);
        if (answer.Status == StreamResumeStatus.Resync)
        {
            client.Last = answer.Number;
            client.HasGap = false;
        }

        return answer;
    }

    public void Publish(string text, StreamAudience audience = default, DeliveryClass @class = DeliveryClass.Reliable, string? key = null) =>
        Core.Publish(1, Encoding.UTF8.GetBytes(text), @class, key, audience);

    /// <summary>A session as its gateway sees it.</summary>
    internal sealed class Client
    {
        public SiloAddress? Gateway { get; set; }

        public uint Last { get; set; }

        public bool HasGap { get; set; }

        /// <summary>What was passed on, by number.</summary>
        public Dictionary<uint, string> Received { get; } = [];

        public List<string> Unnumbered { get; } = [];

        public void Take(uint number, string text)
        {
            if (number == 0)
            {
                Unnumbered.Add(text);
            }
            else if (number == Last + 1 && !HasGap)
            {
                Last = number;
                Received[number] = text;
            }
            else if (number > Last)
            {
                HasGap = true;
            }
        }
    }
}

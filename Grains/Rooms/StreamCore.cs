using System.Diagnostics.CodeAnalysis;
using GameCluster.Push;
using GameCluster.Services;
using GameCluster.Sessions;

namespace GameCluster.Rooms;

/// <summary>
/// The stream of a room or a group. Each subscriber sees the messages that are for it, numbered 1, 2, 3…; what it may have missed is kept once for all of them in a log. One that
/// comes back is given what it lacks, or told where the stream goes on. Not safe for several threads: it belongs to a grain.
/// </summary>
internal sealed partial class StreamCore(GrainId stream, IStreamSink sink, IByteBudget budget, TimeProvider time, StreamOptions? limits = null)
{
    public const string Restarted = "restarted";

    private readonly Dictionary<SessionId, StreamSubscriber> _subscribers = [];
    private readonly List<StreamGateway> _gateways = [];
    private readonly StreamGateway _nowhere = new(null);
    private readonly StreamLog _log = new(limits ?? new StreamOptions(), budget, time);
    private readonly StreamLatest _latest = new(limits ?? new StreamOptions(), budget);
    private long _counter;

    /// <summary>Which of the stream's lives this is; gateways refuse what comes with a lower one than they know. 0: none in particular.</summary>
    public long Epoch { get; set; }

    public int Count => _subscribers.Count;

    public IEnumerable<StreamSubscriber> Subscribers => _subscribers.Values;

    public bool TryFind(SessionId session, [NotNullWhen(true)] out StreamSubscriber? subscriber) => _subscribers.TryGetValue(session, out subscriber);

    /// <summary>
    /// From now on messages count for the session; they flow once its gateway takes the stream up. One that has joined and not been taken up yet begins anew with number 1.
    /// </summary>
    public StreamSubscriber Join(SessionId session, bool isSpectator = false)
    {
        if (_subscribers.TryGetValue(session, out var known))
        {
            if (known.HasArrived)
            {
                return known;
            }

            Leave(session);
        }

        var subscriber = new StreamSubscriber(session, isSpectator) { Since = time.GetTimestamp() };
        _subscribers.Add(session, subscriber);
        _nowhere.Add(subscriber);
        return subscriber;
    }

    /// <summary>The session follows no more. Its gateway is told unless it is the one who says so.</summary>
    public bool Leave(SessionId session, bool tellGateway = false)
    {
        if (!_subscribers.Remove(session, out var subscriber))
        {
            return false;
        }

        if (tellGateway && subscriber.Gateway is { } gateway)
        {
            sink.Close(gateway, [session], Epoch);
        }

        Unplace(subscriber);
        _latest.Remove(session);
        return true;
    }

    /// <summary>Numbers a message, keeps it and sends it. <paramref name="key"/> matters to <see cref="DeliveryClass.Latest"/> only.</summary>
    public void Publish(int messageId, byte[] body, DeliveryClass @class, string? key, StreamAudience audience)
    {
        StreamSubscriber? only = null;
        if (audience.Of == StreamAudience.Kind.Only && !_subscribers.TryGetValue(audience.Session, out only))
        {
            return;
        }

        var numbered = @class == DeliveryClass.Reliable;
        if (numbered)
        {
            _log.Append(new StreamEntry(messageId, body, audience, time.GetTimestamp()));
        }
        else if (@class == DeliveryClass.Latest)
        {
            _latest.Set(messageId, key ?? "", audience, body);
        }

        if (only is not null)
        {
            PublishToOne(messageId, body, @class, key, only);
            return;
        }

        if (numbered)
        {
            _nowhere.Number(audience);
        }

        foreach (var gateway in _gateways)
        {
            var members = gateway.Pack(audience, numbered);
            if (members.Length > 0)
            {
                sink.Deliver(gateway.Address!, new StreamDelivery(stream, messageId, body, @class, key, members, Epoch), _counter);
            }
        }
    }

    /// <summary>Forgets the newest value of a key, so that it is not sent to whoever comes.</summary>
    public void Forget(int messageId, string key) => _latest.Remove(messageId, key);

    /// <summary>See <see cref="IStreamGrain.ResumeAsync"/>. The snapshot is the caller's to add.</summary>
    public StreamResume Resume(SessionId session, SiloAddress gateway, long epoch, uint lastNumber)
    {
        if (!_subscribers.TryGetValue(session, out var subscriber) || epoch < subscriber.Epoch)
        {
            return new StreamResume(StreamResumeStatus.NotMember, 0, Epoch: Epoch);
        }

        (subscriber.Epoch, subscriber.HasArrived, subscriber.IsRestored, subscriber.TakenUpAt) = (epoch, true, false, ++_counter);
        Place(subscriber, GatewayAt(gateway));
        _log.Expire();
        var reason = lastNumber > subscriber.Last ? Restarted : Replay(subscriber, lastNumber) ? null : _log.Lost;
        SendLatest(subscriber);
        return reason is null
            ? new StreamResume(StreamResumeStatus.Resumed, lastNumber, Epoch: Epoch)
            : new StreamResume(StreamResumeStatus.Resync, subscriber.Last, reason, Epoch: Epoch);
    }

    /// <summary>See <see cref="IStreamGrain.FindMissingAsync"/>.</summary>
    public SessionId[] FindMissing(SiloAddress gateway, SessionId[] following) =>
        Array.FindAll(following, session => !_subscribers.TryGetValue(session, out var subscriber) || !gateway.Equals(subscriber.Gateway));

    /// <summary>The session has lost its connection. False if that is no news.</summary>
    public bool Away(SessionId session, long epoch)
    {
        if (!_subscribers.TryGetValue(session, out var subscriber) || epoch < subscriber.Epoch)
        {
            return false;
        }

        subscriber.Epoch = epoch;
        return SendAway(subscriber);
    }

    /// <summary>The session is over. False if it is none of this stream's, or if that is said by where it no longer is.</summary>
    public bool End(SessionId session, long epoch) => MayEnd(session, epoch) && Leave(session);

    /// <summary>Whether the end of a session is said by where it is.</summary>
    public bool MayEnd(SessionId session, long epoch) => _subscribers.TryGetValue(session, out var subscriber) && epoch >= subscriber.Epoch;

    /// <summary>
    /// A gateway did not take something made at <paramref name="madeAt"/> for these sessions, or for any of its: they count as away, unless they were taken up since. Returns
    /// those for whom that is news.
    /// </summary>
    public IReadOnlyList<StreamSubscriber> Lose(SiloAddress gateway, IEnumerable<SessionId>? sessions, long madeAt)
    {
        var affected = sessions is null
            ? SubscribersAt(gateway)
            : sessions.Select(session => _subscribers.GetValueOrDefault(session)).OfType<StreamSubscriber>().ToArray();
        return [.. affected.Where(subscriber => gateway.Equals(subscriber.Gateway) && subscriber.TakenUpAt <= madeAt && SendAway(subscriber))];
    }

    /// <summary>
    /// Sends the newest messages of each session at a gateway once more. One that lacks something before it sees that by the number, one that has it drops it.
    /// </summary>
    public void Repeat(SiloAddress gateway)
    {
        foreach (var subscriber in SubscribersAt(gateway))
        {
            if (subscriber.Last > 0)
            {
                Replay(subscriber, subscriber.Last - 1);
            }

            SendLatest(subscriber);
        }
    }

    /// <summary>Drops what has been kept longer than it should; a stream without new messages does not by itself.</summary>
    public void Expire() => _log.Expire();

    /// <summary>Ends the stream: every gateway is told, and nothing is kept.</summary>
    public void Close()
    {
        foreach (var gateway in _gateways)
        {
            var sessions = new SessionId[gateway.Count];
            for (var i = 0; i < sessions.Length; i++)
            {
                sessions[i] = gateway.Subscribers[i].Session;
            }

            sink.Close(gateway.Address!, sessions, Epoch);
        }

        Release();
    }

    private void PublishToOne(int messageId, byte[] body, DeliveryClass @class, string? key, StreamSubscriber subscriber)
    {
        var number = @class == DeliveryClass.Reliable ? ++subscriber.Last : 0;
        DeliverTo(subscriber, number, messageId, body, @class, key);
    }

    /// <summary>Sends the messages after <paramref name="lastNumber"/>, or nothing and false if not all of them are kept.</summary>
    private bool Replay(StreamSubscriber subscriber, uint lastNumber)
    {
        var missing = subscriber.Last - lastNumber;
        var index = _log.Count;
        while (missing > 0)
        {
            if (--index < 0)
            {
                return false;
            }

            missing -= _log[index].Audience.Includes(subscriber) ? 1u : 0u;
        }

        for (var number = lastNumber; number < subscriber.Last; index++)
        {
            ref readonly var entry = ref _log[index];
            if (entry.Audience.Includes(subscriber))
            {
                DeliverTo(subscriber, ++number, entry.MessageId, entry.Body, DeliveryClass.Reliable, null);
            }
        }

        return true;
    }

    private void SendLatest(StreamSubscriber subscriber)
    {
        foreach (var value in _latest.Values)
        {
            if (value.Audience.Includes(subscriber))
            {
                DeliverTo(subscriber, 0, value.MessageId, value.Body, DeliveryClass.Latest, value.Key);
            }
        }
    }

    private void DeliverTo(StreamSubscriber subscriber, uint number, int messageId, byte[] body, DeliveryClass @class, string? key)
    {
        if (subscriber.Gateway is { } gateway)
        {
            var members = StreamDelivery.Pack([new StreamMember(subscriber.Session.Value, number)]);
            sink.Deliver(gateway, new StreamDelivery(stream, messageId, body, @class, key, members, Epoch), _counter);
        }
    }

    private bool SendAway(StreamSubscriber subscriber)
    {
        if (subscriber.Gateway is null)
        {
            return false;
        }

        Place(subscriber, _nowhere);
        return true;
    }

    private StreamSubscriber[] SubscribersAt(SiloAddress address) => FindGateway(address) is { } gateway ? gateway.Subscribers.ToArray() : [];

    private StreamGateway? FindGateway(SiloAddress address) => _gateways.Find(known => known.Address!.Equals(address));

    private StreamGateway GatewayAt(SiloAddress address)
    {
        var gateway = FindGateway(address);
        if (gateway is null)
        {
            _gateways.Add(gateway = new StreamGateway(address));
        }

        return gateway;
    }

    private void Place(StreamSubscriber subscriber, StreamGateway place)
    {
        if (subscriber.Place == place)
        {
            return;
        }

        Unplace(subscriber);
        place.Add(subscriber);
        subscriber.Since = time.GetTimestamp();
    }

    private void Unplace(StreamSubscriber subscriber)
    {
        var place = subscriber.Place;
        place.Remove(subscriber);
        if (place.Count == 0)
        {
            _gateways.Remove(place);
        }
    }
}

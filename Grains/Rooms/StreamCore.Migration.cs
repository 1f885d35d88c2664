using GameCluster.Sessions;

namespace GameCluster.Rooms;

internal sealed partial class StreamCore
{
    /// <summary>To go on elsewhere.</summary>
    public StreamImage ToImage() => new(
        _counter,
        [.. _subscribers.Values.Select(one => new StreamSubscriberImage(
            one.Session, one.IsSpectator, one.Last, one.Epoch, one.HasArrived, one.TakenUpAt, time.GetElapsedTime(one.Since), one.Gateway))],
        [.. Enumerable.Range(0, _log.Count).Select(index => _log[index]).Select(entry => new StreamEntryImage(
            entry.MessageId, entry.Body, (byte)entry.Audience.Of, entry.Audience.Session, time.GetElapsedTime(entry.At)))],
        _log.Lost,
        [.. _latest.Values.Select(static value => new StreamLatestImage(value.MessageId, value.Key, (byte)value.Audience.Of, value.Audience.Session, value.Body))],
        Epoch);

    /// <summary>
    /// Goes on as the stream was elsewhere. Only for one that has nothing yet. Nobody needs to be told: the numbers go on. Unless it is <paramref name="inPlace"/>, where the subscribers were is
    /// not where they are: each is taken up when its gateway asks.
    /// </summary>
    public void Restore(StreamImage image, bool inPlace = true)
    {
        (_counter, Epoch) = (image.Counter, Math.Max(Epoch, image.Epoch + 1));
        foreach (var one in image.Subscribers)
        {
            var subscriber = new StreamSubscriber(one.Session, one.IsSpectator)
            {
                Last = one.Last,
                Epoch = one.Epoch,
                HasArrived = one.HasArrived,
                TakenUpAt = one.TakenUpAt,
                Since = TimestampBefore(one.For),
            };
            _subscribers.Add(one.Session, subscriber);
            (one.Gateway is null || !inPlace ? _nowhere : GatewayAt(one.Gateway)).Add(subscriber);
        }

        _log.Restore(image.Log.Select(entry => new StreamEntry(
            entry.MessageId, entry.Body, new StreamAudience((StreamAudience.Kind)entry.Audience, entry.Session), TimestampBefore(entry.Age))), image.Lost);
        foreach (var value in image.Latest)
        {
            _latest.Set(value.MessageId, value.Key, new StreamAudience((StreamAudience.Kind)value.Audience, value.Session), value.Body);
        }
    }

    /// <summary>The stream has lived elsewhere: of subscribers that no gateway has taken up here, it is not known whether they are away.</summary>
    public void MarkRestored()
    {
        foreach (var subscriber in _nowhere.Subscribers)
        {
            (subscriber.IsRestored, subscriber.Since) = (true, time.GetTimestamp());
        }
    }

    /// <summary>The gateway of a session had taken the stream up, where it was before.</summary>
    public void MarkArrived(SessionId session)
    {
        if (_subscribers.TryGetValue(session, out var subscriber))
        {
            subscriber.HasArrived = true;
        }
    }

    /// <summary>Nothing is kept here any more, and nobody is told: the stream goes on elsewhere, or has been closed.</summary>
    public void Release()
    {
        _gateways.Clear();
        _subscribers.Clear();
        _log.Clear();
        _latest.Clear();
    }

    private long TimestampBefore(TimeSpan age) => time.GetTimestamp() - (long)(age.TotalSeconds * time.TimestampFrequency);
}

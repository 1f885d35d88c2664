using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GameCluster.Push;

namespace GameCluster.Rooms;

/// <summary>The subscribers that one gateway carries, or, with no address, those that none does.</summary>
internal sealed class StreamGateway(SiloAddress? address)
{
    private StreamSubscriber[] _subscribers = new StreamSubscriber[4];

    public SiloAddress? Address { get; } = address;

    public int Count { get; private set; }

    public ReadOnlySpan<StreamSubscriber> Subscribers => _subscribers.AsSpan(0, Count);

    public void Add(StreamSubscriber subscriber)
    {
        if (Count == _subscribers.Length)
        {
            Array.Resize(ref _subscribers, 2 * Count);
        }

        (subscriber.Place, subscriber.Index) = (this, Count);
        _subscribers[Count++] = subscriber;
    }

    public void Remove(StreamSubscriber subscriber)
    {
        var last = _subscribers[--Count];
        _subscribers[subscriber.Index] = last;
        last.Index = subscriber.Index;
        _subscribers[Count] = null!;
    }

    /// <summary>Gives each subscriber of the audience its next number.</summary>
    public void Number(StreamAudience audience)
    {
        foreach (var subscriber in Subscribers)
        {
            if (audience.Includes(subscriber))
            {
                subscriber.Last++;
            }
        }
    }

    /// <summary>The subscribers of the audience, packed; with their next numbers if the message is numbered. Empty if there are none.</summary>
    public byte[] Pack(StreamAudience audience, bool numbered)
    {
        var packed = GC.AllocateUninitializedArray<byte>(Count * Unsafe.SizeOf<StreamMember>());
        var members = MemoryMarshal.Cast<byte, StreamMember>(packed.AsSpan());
        var step = numbered ? 1u : 0u;
        var count = 0;
        foreach (var subscriber in Subscribers)
        {
            if (audience.Includes(subscriber))
            {
                subscriber.Last += step;
                members[count++] = new StreamMember(subscriber.Session.Value, subscriber.Last * step);
            }
        }

        return count == members.Length ? packed : StreamDelivery.Pack(members[..count]);
    }
}

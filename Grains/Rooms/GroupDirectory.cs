using GameCluster.Services;

namespace GameCluster.Rooms;

/// <inheritdoc />
internal sealed class GroupDirectory(IGrainFactory grains) : IGroups
{
    public async ValueTask JoinAsync(MessageContext context, string group)
    {
        if (await Grain(group).JoinAsync(context.Session))
        {
            context.OpenStream(GroupGrain.IdOf(group), GroupGrain.Service, group);
        }
    }

    public async ValueTask LeaveAsync(MessageContext context, string group)
    {
        await Grain(group).LeaveAsync(context.Session);
        context.CloseStream(GroupGrain.IdOf(group), GroupGrain.Service, group);
    }

    public ValueTask<int> PushAsync<T>(string group, int messageId, T message, DeliveryClass delivery = DeliveryClass.Reliable, string? key = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messageId);
        var body = message is byte[] bytes ? bytes : ServiceJson.For(typeof(T).Assembly).Serialize(message);
        return Grain(group).PublishAsync(messageId, body, delivery, key);
    }

    private IGroupGrain Grain(string group)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(group.Length, RoomLimits.MaxKeyLength, nameof(group));
        return grains.GetGrain<IGroupGrain>(GroupGrain.IdOf(group));
    }
}

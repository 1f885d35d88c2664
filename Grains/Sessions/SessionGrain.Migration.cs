using GameCluster.Migration;

namespace GameCluster.Sessions;

internal sealed partial class SessionGrain
{
    private const string ImageKey = "gamecluster.session";

    private SessionImage? _arrived;

    bool IMovable.CanMove => _record is not null;

    private SessionImage Image => new()
    {
        Record = _record!,
        Gateway = _gateway,
        Epoch = _epoch,
        HasEnded = _ended,
        Token = _token?.Image,
        Stream = _stream?.Image,
        Appended = [.. _appended ?? []],
        Left = _expiry is null ? TimeSpan.Zero : time.GetElapsedTime(time.GetTimestamp(), _expiresAt),
        Turn = _turn,
    };

    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (_record is not null)
        {
            dehydrationContext.TryAddValue(ImageKey, Image);
        }
    }

    public void OnRehydrate(IRehydrationContext rehydrationContext) => rehydrationContext.TryGetValue(ImageKey, out _arrived);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (_arrived is not { } image)
        {
            return;
        }

        _arrived = null;
        Begin(image);
        if (_gateway is not null && membership.GetApproximateSiloStatus(_gateway) == SiloStatus.Dead)
        {
            // It left the cluster while this grain was on its way, and nobody else tells.
            await GatewayGoneAsync(_gateway);
        }
    }

    /// <summary>Begins with what another activation had.</summary>
    private void Begin(SessionImage image)
    {
        (_record, _gateway, _epoch, _ended, _turn) = (image.Record, image.Gateway, image.Epoch, image.HasEnded, image.Turn);
        _wanted = _record.Player;
        _token = image.Token is null ? null : new SessionToken(image.Token);
        _appended = image.Appended.Length == 0 ? null : [.. image.Appended];
        DelayDeactivation(Timeout.InfiniteTimeSpan);
        if (_gateway is { } carrier)
        {
            local.Set(Id, carrier);
        }

        if (image.Stream is { } stream)
        {
            _stream = StreamOf(new SessionWindow(options.Value, budget, time, stream.Window));
            _stream.Continue(_gateway, stream);
            if (_gateway is null)
            {
                budget.OnAway(_stream.Window);
            }
        }

        if (_gateway is null)
        {
            _expiry = StartTimer(_ended ? Forget : Expire, image.Left > TimeSpan.Zero ? image.Left : TimeSpan.Zero);

            // From now on it is this silo whose end matters.
            Keep();
        }
        else if (_stream is { IsFlowing: false })
        {
            AwaitFlow(image.Left > Delay ? image.Left : Delay);
        }
    }

    /// <summary>The activation is over: what this process keeps for it is given back. Of a session that moves nothing is lost with that.</summary>
    public void Dispose() => Release();
}

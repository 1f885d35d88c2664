using GameCluster.Client.Connections;
using GameCluster.Client.Protocol;

namespace GameCluster.Client.Sessions;

/// <summary>What arrives.</summary>
internal sealed partial class SessionLoop
{
    public void Received(Connection connection, Frame frame)
    {
        lock (_gate)
        {
            if (connection != _connection)
            {
                return;
            }

            _upkeep!.Heard();
            switch (frame.Kind)
            {
                case FrameKind.Notify:
                    System(frame);
                    break;
                case FrameKind.Reply:
                    Answered(frame.Number, request => request.Reply(frame.Body));
                    break;
                case FrameKind.Error:
                    Failed(frame);
                    break;
                case FrameKind.Push:
                    Pushed(frame);
                    break;
                default:
                    break; // A later server's kinds are not for this client (P1-12).
            }
        }
    }

    private void System(Frame frame)
    {
        var isUnderstood = frame.MessageId switch
        {
            SystemId.Resync => Told<StreamResync>(frame, Resynced),
            SystemId.Stream => Told<StreamChange>(frame, StreamChanged),
            SystemId.GoAway => Told<GoingAway>(frame, Move),
            SystemId.Kick => Told<Kicked>(frame, Kicked),
            _ => true, // Pong, and what later servers may have to say (P1-12).
        };
        if (!isUnderstood)
        {
            _connection!.Abandon($"system message {frame.MessageId} is not what it should be");
        }
    }

    private static bool Told<T>(Frame frame, Action<T> act)
        where T : class
    {
        if (ProtocolJson.TryRead<T>(frame.Body) is not { } message)
        {
            return false;
        }

        act(message);
        return true;
    }

    private void Resynced(StreamResync resync)
    {
        _streams.SkipTo(resync.Stream, resync.Number);
        _listener.Resynced(resync);
    }

    private void StreamChanged(StreamChange change)
    {
        if (change.IsOpened)
        {
            _streams.Open(change.Stream, change.Service, change.Room);
        }
        else
        {
            _streams.Close(change.Stream);
        }

        _listener.StreamChanged(change);
    }

    private void Move(GoingAway goingAway)
    {
        if (Uri.TryCreate(goingAway.Address, UriKind.Absolute, out var address) && IsAsSafe(address))
        {
            _backoff.Prefer(address);
        }

        var connection = _connection!;
        _move?.Dispose();
        _move = new Timer(_ => connection.Abandon("asked to move"), null, Math.Max(0, goingAway.Delay), Timeout.Infinite);
        _listener.GoingAway(goingAway);
    }

    private void Kicked(Kicked kicked)
    {
        _listener.Kicked(kicked);
        Finish(CloseCodes.Kicked, kicked.Reason ?? "", new ClientClosedException(0, sent: false));
    }

    private void Failed(Frame frame)
    {
        var error = ProtocolJson.TryRead<Error>(frame.Body);
        var exception = new GameException(error?.Code ?? 0, frame.MessageId, error?.Desc ?? "");
        if (frame.Number == 0)
        {
            _listener.Refused(exception);
        }
        else
        {
            Answered(frame.Number, request => request.Fail(exception));
        }
    }

    private void Answered(uint number, Action<PendingRequest> settle)
    {
        if (_requests.Settle(number) is { } request)
        {
            _blames = 0;
            _upkeep!.Count();
            settle(request);
            Pump();
        }
    }

    private void Pushed(Frame frame)
    {
        switch (_streams.Receive(frame.Stream, frame.Number))
        {
            case Arrival.Gap:
                _connection!.Abandon("pushes are missing");
                break;
            case Arrival.New:
                if (frame.Number > 0)
                {
                    _upkeep!.Count();
                }

                var stream = _streams[frame.Stream];
                _listener.Pushed(new PushMessage(frame.MessageId, frame.Stream, frame.Number, stream.Service, stream.Room, frame.Body, _options.Json));
                break;
            default:
                break;
        }
    }

    /// <summary>A gateway may name another one, but not talk a client out of TLS.</summary>
    private bool IsAsSafe(Uri address) =>
        address.Scheme == "wss" || (address.Scheme == "ws" && _options.Addresses.All(static given => given.Scheme == "ws"));
}

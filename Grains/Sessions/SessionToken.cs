using System.Security.Cryptography;
using GameCluster.Push;

namespace GameCluster.Sessions;

/// <summary>
/// Which token a client may resume by. A token is good for one use; the one that was used stays valid until its client has spoken on the new connection, as
/// the new token may not have reached it.
/// </summary>
internal sealed class SessionToken(byte[] hash)
{
    private byte[] _current = hash;
    private byte[]? _used;
    private byte[]? _void;

    /// <summary>As it was on another silo.</summary>
    public SessionToken(SessionTokenImage image)
        : this(image.Current) => (_used, _void) = (image.Used, image.Void);

    /// <summary>To go on elsewhere.</summary>
    public SessionTokenImage Image => new(_current, _used, _void);

    /// <summary>Uses a token: if it is valid, <paramref name="next"/> follows it.</summary>
    public SessionResumeStatus Use(byte[] shown, byte[] next)
    {
        if (!Matches(shown, _current) && !Matches(shown, _used))
        {
            return Matches(shown, _void) ? SessionResumeStatus.Taken : SessionResumeStatus.Unknown;
        }

        if (!Matches(shown, _used))
        {
            (_void, _used) = (_used ?? _void, shown);
        }

        _current = next;
        return SessionResumeStatus.Resumed;
    }

    /// <summary>Whether a token is, or was, one of this session's.</summary>
    public bool Knows(byte[] shown) => Matches(shown, _current) || Matches(shown, _used) || Matches(shown, _void);

    /// <summary>The client has the current token.</summary>
    public void Confirm() => (_void, _used) = (_used ?? _void, null);

    private static bool Matches(byte[] shown, byte[]? known) => known is not null && CryptographicOperations.FixedTimeEquals(shown, known);
}

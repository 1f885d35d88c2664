using System.Security.Cryptography;
using GameCluster.Push;

namespace GameCluster.Sessions;

/// <summary>
/// Which token a client may resume by. A token is good for one use; the one that was used stays valid until its client has spoken on the new connection, as
/// the new token may not have reached it. Of several attempts of a client by one token the latest counts: an earlier one, which the client has given up, may come after it.
/// </summary>
internal sealed class SessionToken(byte[] hash)
{
    private byte[] _current = hash;
    private byte[]? _used;
    private byte[]? _void;

    // Of the last use; 0: its client does not number its attempts.
    private uint _attempt;

    /// <summary>As it was on another silo.</summary>
    public SessionToken(SessionTokenImage image)
        : this(image.Current) => (_used, _void, _attempt) = (image.Used, image.Void, image.Attempt);

    /// <summary>To go on elsewhere.</summary>
    public SessionTokenImage Image => new(_current, _used, _void, _attempt);

    /// <summary>Uses a token in a client's attempt of this number: if it is valid, <paramref name="next"/> follows it.</summary>
    public SessionResumeStatus Use(byte[] shown, byte[] next, uint attempt = 0)
    {
        var isFresh = Matches(shown, _current);
        if (!isFresh && Knows(shown) && attempt != 0 && attempt < _attempt)
        {
            return SessionResumeStatus.Overtaken;
        }

        if (!isFresh && !Matches(shown, _used))
        {
            return Matches(shown, _void) ? SessionResumeStatus.Taken : SessionResumeStatus.Unknown;
        }

        if (isFresh)
        {
            (_void, _used) = (_used ?? _void, shown);
        }

        (_current, _attempt) = (next, attempt);
        return SessionResumeStatus.Resumed;
    }

    /// <summary>Whether a token is, or was, one of this session's.</summary>
    public bool Knows(byte[] shown) => Matches(shown, _current) || Matches(shown, _used) || Matches(shown, _void);

    /// <summary>The client has the current token.</summary>
    public void Confirm() => (_void, _used) = (_used ?? _void, null);

    private static bool Matches(byte[] shown, byte[]? known) => known is not null && CryptographicOperations.FixedTimeEquals(shown, known);
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace GameCluster.LoadTest.Load;

/// <summary>
/// The body of the requests: constant but for a ten-digit counter, which tells the requests of one connection apart and so shows the
/// order of their echoes.
/// </summary>
internal sealed class RequestBody
{
    public const string Placeholder = "{counter}";
    public const int CounterDigits = 10;

    /// <summary>The shortest generated body, <c>{"n":"0000000000"}</c>.</summary>
    public const int ShortestBytes = 18;
    public const int LongestBytes = 1 << 19;

    private const int NoCounter = -1;

    private readonly byte[] _template;

    private RequestBody(byte[] template, int counterOffset)
    {
        _template = template;
        CounterOffset = counterOffset;
    }

    public ReadOnlySpan<byte> Template => _template;

    /// <summary>Where the counter stands in the body.</summary>
    public int CounterOffset { get; }

    public bool HasCounter => CounterOffset != NoCounter;

    /// <summary>A JSON object of exactly <paramref name="bytes"/> bytes whose field <c>n</c> is a string of digits that ends with the counter.</summary>
    public static RequestBody OfLength(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, ShortestBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, LongestBytes);
        var digits = new string('0', bytes - ShortestBytes + CounterDigits);
        return new RequestBody(Encoding.ASCII.GetBytes($$"""{"n":"{{digits}}"}"""), bytes - "\"}".Length - CounterDigits);
    }

    /// <summary>The given text; the first <c>{counter}</c> in it, if any, becomes the counter.</summary>
    public static RequestBody OfText(string text)
    {
        var at = text.IndexOf(Placeholder, StringComparison.Ordinal);
        if (at < 0)
        {
            return new RequestBody(Encoding.UTF8.GetBytes(text), NoCounter);
        }

        var bytes = Encoding.UTF8.GetBytes(text[..at] + new string('0', CounterDigits) + text[(at + Placeholder.Length)..]);
        return new RequestBody(bytes, Encoding.UTF8.GetByteCount(text.AsSpan(0, at)));
    }

    public static void WriteCounter(Span<byte> destination, long counter) =>
        counter.TryFormat(destination[..CounterDigits], out _, "D10", CultureInfo.InvariantCulture);

    /// <summary>Reads the counter of a body that is otherwise equal to this one.</summary>
    public bool TryRead(ReadOnlySpan<byte> body, out long counter)
    {
        counter = -1;
        var afterCounter = CounterOffset + CounterDigits;
        return body.Length == _template.Length
            && body[..CounterOffset].SequenceEqual(_template.AsSpan(0, CounterOffset))
            && body[afterCounter..].SequenceEqual(_template.AsSpan(afterCounter))
            && Utf8Parser.TryParse(body[CounterOffset..afterCounter], out counter, out var read)
            && read == CounterDigits;
    }
}

using System.Buffers;
using System.Text.Encodings.Web;

namespace GameCluster.Services;

/// <summary>
/// Writes JSON text in pure ASCII, byte for byte as obEspoir does: everything beyond ASCII as lower-case <c>\uXXXX</c> (a surrogate pair
/// above U+FFFF), and otherwise only what JSON demands: the quotation mark, the backslash and control characters.
/// A lone surrogate becomes U+FFFD. The output is for JSON parsers, not for pasting into HTML.
/// </summary>
public sealed unsafe class AsciiJsonEncoder : JavaScriptEncoder
{
    private const string Plain =
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~\u007f";

    private static readonly SearchValues<char> PlainChars = SearchValues.Create(Plain);
    private static readonly SearchValues<byte> PlainBytes = SearchValues.Create([.. Plain.Select(c => (byte)c)]);

    private AsciiJsonEncoder()
    {
    }

    /// <summary>The encoder; it has no state.</summary>
    public static AsciiJsonEncoder Instance { get; } = new();

    /// <inheritdoc />
    public override int MaxOutputCharactersPerInputCharacter => 12;

    /// <inheritdoc />
    public override bool WillEncode(int unicodeScalar) => unicodeScalar > 0x7f || !PlainChars.Contains((char)unicodeScalar);

    /// <inheritdoc />
    public override int FindFirstCharacterToEncode(char* text, int textLength) =>
        new ReadOnlySpan<char>(text, textLength).IndexOfAnyExcept(PlainChars);

    /// <inheritdoc />
    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text) => utf8Text.IndexOfAnyExcept(PlainBytes);

    /// <inheritdoc />
    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        numberOfCharactersWritten = ShortForm(unicodeScalar) is { } letter ? WriteShort(letter, target) : WriteUnits(unicodeScalar, target);
        return numberOfCharactersWritten > 0;
    }

    private static char? ShortForm(int scalar) => scalar switch
    {
        '"' => '"',
        '\\' => '\\',
        '\b' => 'b',
        '\f' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        _ => null,
    };

    private static int WriteShort(char letter, Span<char> target)
    {
        if (target.Length < 2)
        {
            return 0;
        }

        target[0] = '\\';
        target[1] = letter;
        return 2;
    }

    private static int WriteUnits(int scalar, Span<char> target)
    {
        if (scalar <= 0xffff)
        {
            return WriteUnit(scalar, target) ? 6 : 0;
        }

        var (high, low) = (0xd800 + ((scalar - 0x10000) >> 10), 0xdc00 + (scalar & 0x3ff));
        return target.Length >= 12 && WriteUnit(high, target) && WriteUnit(low, target[6..]) ? 12 : 0;
    }

    private static bool WriteUnit(int unit, Span<char> target)
    {
        if (target.Length < 6)
        {
            return false;
        }

        target[0] = '\\';
        target[1] = 'u';
        return unit.TryFormat(target[2..], out _, "x4");
    }
}

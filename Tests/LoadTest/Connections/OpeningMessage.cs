using System.Globalization;
using System.Text;

namespace GameCluster.LoadTest.Connections;

/// <summary>A message each connection sends, and whose reply it awaits, before anything else: a login, or joining a room.</summary>
/// <param name="Body">The body; <c>{index}</c> in it becomes the connection's number, from 0.</param>
internal sealed record OpeningMessage(int MessageId, string Body)
{
    /// <summary>Reads <c>id:body</c>, for instance <c>1000:{"name":"player{index}"}</c>.</summary>
    public static bool TryParse(string text, out OpeningMessage message)
    {
        var colon = text.IndexOf(':');
        var isValid = colon > 0 & int.TryParse(text.AsSpan(0, Math.Max(colon, 0)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id);
        message = new OpeningMessage(id, isValid ? text[(colon + 1)..] : "");
        return isValid;
    }

    public byte[] BodyFor(int connection) =>
        Encoding.UTF8.GetBytes(Body.Replace("{index}", connection.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
}

using System.Text.Json;

namespace GameCluster.Silo.Replay;

/// <summary>A place where two JSON documents differ. <paramref name="Before"/> and <paramref name="Now"/> are null where one of them has nothing.</summary>
internal sealed record JsonDifference(string Path, string? Before, string? Now)
{
    private const int ShownCharacters = 200;

    /// <summary>At most <paramref name="limit"/> places, in the order of the first document. The order of an object's members does not matter.</summary>
    public static IEnumerable<JsonDifference> Find(JsonElement before, JsonElement now, int limit) => Find("", before, now).Take(limit);

    public override string ToString() => $"  {(Path.Length == 0 ? "all of it" : Path)}: {Shorten(Before)} before, {Shorten(Now)} now";

    private static IEnumerable<JsonDifference> Find(string path, JsonElement? before, JsonElement? now)
    {
        if (before is { ValueKind: JsonValueKind.Object } oldObject && now is { ValueKind: JsonValueKind.Object } newObject)
        {
            var names = oldObject.EnumerateObject().Concat(newObject.EnumerateObject()).Select(static member => member.Name).Distinct();
            return names.SelectMany(name => Find(path.Length == 0 ? name : $"{path}.{name}", MemberOf(oldObject, name), MemberOf(newObject, name)));
        }

        if (before is { ValueKind: JsonValueKind.Array } oldArray && now is { ValueKind: JsonValueKind.Array } newArray)
        {
            return Enumerable.Range(0, Math.Max(oldArray.GetArrayLength(), newArray.GetArrayLength()))
                .SelectMany(index => Find($"{path}[{index}]", ItemOf(oldArray, index), ItemOf(newArray, index)));
        }

        return before is { } left && now is { } right && JsonElement.DeepEquals(left, right) ? [] : [new JsonDifference(path, before?.GetRawText(), now?.GetRawText())];
    }

    private static JsonElement? MemberOf(JsonElement of, string name) => of.TryGetProperty(name, out var member) ? member : null;

    private static JsonElement? ItemOf(JsonElement of, int index) => index < of.GetArrayLength() ? of[index] : null;

    private static string Shorten(string? text) => text is null ? "nothing" : text.Length <= ShownCharacters ? text : $"{text[..ShownCharacters]}…";
}

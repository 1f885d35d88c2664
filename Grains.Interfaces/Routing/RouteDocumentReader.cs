using System.Text.Json;
using GameCluster.Services;

namespace GameCluster.Routing;

/// <summary>Reads one route document and keeps every problem it meets, up to <see cref="MaxProblems"/>.</summary>
internal sealed class RouteDocumentReader
{
    private const int MaxProblems = 100;
    private const int MaxValueLength = 60;

    private static readonly string[] DocumentMembers = ["range", "special", "no_state", "services"];
    private static readonly string[] NoStateMembers = ["range", "special"];
    private static readonly string[] OverrideMembers = ["requires_login", "key", "fixed_key"];

    // What obEspoir's node configurations hold, so that a misspelt section is not taken for one of its settings.
    private static readonly string[] NodeMembers =
    [
        "route", "rpc", "websocket", "http", "remote_ports", "log_level", "name", "log_dir", "host", "type", "api_path", "available_way", "mongo_uri",
    ];

    private static readonly string[] RpcMembers = ["route", "port", "token", "encode", "type", "reconnect_time"];
    private static readonly string[] WebSocketMembers = ["no_state", "port", "token", "encode", "timeout"];

    private readonly List<string> _problems = [];
    private readonly Dictionary<string, RouteRange[]> _ranges = [];
    private readonly Dictionary<string, int[]> _specials = [];
    private readonly Dictionary<string, ServiceOverride> _services = [];
    private readonly List<RouteRange> _noStateRanges = [];
    private readonly List<int> _noStateSpecials = [];
    private int _unlisted;

    public IReadOnlyList<string> Problems => _unlisted == 0 ? _problems : [.. _problems, $"$: and {_unlisted} more problems"];

    /// <summary>The document, or null if there are problems.</summary>
    public RouteDocument? Read(JsonElement root)
    {
        if (IsNode(root))
        {
            ReadNode(root);
        }
        else
        {
            ReadDocument("$", root);
        }

        return _problems.Count > 0 ? null : new RouteDocument
        {
            Ranges = _ranges,
            Specials = _specials,
            NoStateRanges = [.. _noStateRanges],
            NoStateSpecials = [.. _noStateSpecials],
            Services = _services,
        };
    }

    private static bool IsNode(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object
        && !root.EnumerateObject().Any(member => DocumentMembers.Contains(member.Name))
        && root.EnumerateObject().Any(member => NodeMembers.Contains(member.Name));

    private void ReadNode(JsonElement node)
    {
        foreach (var member in Members("$", node, NodeMembers))
        {
            switch (member.Name)
            {
                case "route":
                    ReadDocument("$.route", member.Value);
                    break;
                case "rpc":
                    ReadSection("$.rpc", member.Value, RpcMembers, "route", ReadDocument);
                    break;
                case "websocket":
                    ReadSection("$.websocket", member.Value, WebSocketMembers, "no_state", ReadNoState);
                    break;
                default:
                    break;
            }
        }
    }

    private void ReadSection(string path, JsonElement section, string[] known, string wanted, Action<string, JsonElement> read)
    {
        foreach (var member in Members(path, section, known).Where(member => member.Name == wanted))
        {
            read($"{path}.{wanted}", member.Value);
        }
    }

    private void ReadDocument(string path, JsonElement document)
    {
        foreach (var member in Members(path, document, DocumentMembers))
        {
            var at = $"{path}.{member.Name}";
            switch (member.Name)
            {
                case "range":
                    ReadByService(at, member.Value, _ranges, ReadRanges);
                    break;
                case "special":
                    ReadByService(at, member.Value, _specials, ReadIds);
                    break;
                case "no_state":
                    ReadNoState(at, member.Value);
                    break;
                default:
                    ReadByService(at, member.Value, _services, ReadOverride);
                    break;
            }
        }
    }

    private void ReadNoState(string path, JsonElement noState)
    {
        foreach (var member in Members(path, noState, NoStateMembers))
        {
            var at = $"{path}.{member.Name}";
            if (member.Name == "range")
            {
                _noStateRanges.AddRange(ReadRanges(at, member.Value));
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                // obEspoir's comments show special ids by node type here too; the type says nothing that the routes do not say.
                _noStateSpecials.AddRange(Members(at, member.Value, known: null).SelectMany(type => ReadIds($"{at}.{type.Name}", type.Value)));
            }
            else
            {
                _noStateSpecials.AddRange(ReadIds(at, member.Value));
            }
        }
    }

    private void ReadByService<T>(string path, JsonElement byService, Dictionary<string, T> into, Func<string, JsonElement, T> read)
    {
        foreach (var service in Members(path, byService, known: null))
        {
            var at = $"{path}.{service.Name}";
            if (service.Name.Length == 0)
            {
                Report(path, "a service has no name; write the name of a service in the catalog");
            }
            else if (!into.TryAdd(service.Name, read(at, service.Value)))
            {
                Report(at, "stands here and in another route section; keep one of them");
            }
        }
    }

    private RouteRange[] ReadRanges(string path, JsonElement ranges) => ReadArray(path, ranges, "ranges like [[1,5000]]", ReadRange);

    private int[] ReadIds(string path, JsonElement ids) => ReadArray(path, ids, "ids like [1000]", ReadId);

    private T[] ReadArray<T>(string path, JsonElement array, string example, Func<string, JsonElement, T> read)
    {
        if (array.ValueKind == JsonValueKind.Array)
        {
            return [.. array.EnumerateArray().Select((item, index) => read($"{path}[{index}]", item))];
        }

        Report(path, $"{Value(array)} is not a list; write {example}");
        return [];
    }

    private RouteRange ReadRange(string path, JsonElement range)
    {
        if (range.ValueKind == JsonValueKind.Array && range.GetArrayLength() == 2 && IsId(range[0], out var from) && IsId(range[1], out var to))
        {
            return new RouteRange(from, to);
        }

        Report(path, $"{Value(range)} is not a range; write [first,last] with two whole numbers of at most {int.MaxValue}");
        return default;
    }

    private int ReadId(string path, JsonElement id)
    {
        if (!IsId(id, out var value))
        {
            Report(path, $"{Value(id)} is not a message id; write a whole number of at most {int.MaxValue}");
        }

        return value;
    }

    private static bool IsId(JsonElement element, out int id)
    {
        id = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out id);
    }

    private ServiceOverride ReadOverride(string path, JsonElement settings)
    {
        var result = new ServiceOverride();
        foreach (var member in Members(path, settings, OverrideMembers).Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            var at = $"{path}.{member.Name}";
            result = member.Name switch
            {
                "requires_login" => result with { RequiresLogin = ReadBoolean(at, member.Value) },
                "key" => result with { Key = ReadKey(at, member.Value) },
                _ => result with { FixedKey = ReadText(at, member.Value) },
            };
        }

        return result;
    }

    private bool? ReadBoolean(string path, JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Report(path, $"{Value(value)} is neither true nor false; write one of them");
        return null;
    }

    private ServiceKey? ReadKey(string path, JsonElement value)
    {
        foreach (var key in Enum.GetValues<ServiceKey>())
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(RouteDocumentJson.KeyName(key)))
            {
                return key;
            }
        }

        var names = string.Join(", ", Enum.GetValues<ServiceKey>().Select(key => $"\"{RouteDocumentJson.KeyName(key)}\""));
        Report(path, $"{Value(value)} is not a key rule; write one of {names}");
        return null;
    }

    private string? ReadText(string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Report(path, $"{Value(value)} is not text; write it in quotes");
        return null;
    }

    /// <summary>The members that may stand here; those that may not, or stand here twice, are problems. No value of theirs is shown: it may be a secret.</summary>
    private IEnumerable<JsonProperty> Members(string path, JsonElement element, string[]? known)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Report(path, $"{Value(element)} is not an object; write {{…}}");
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (known is not null && !known.Contains(member.Name))
            {
                Report($"{path}.{member.Name}", $"unknown member; known here: {string.Join(", ", known)}");
            }
            else if (!seen.Add(member.Name))
            {
                Report($"{path}.{member.Name}", "stands here twice; keep one of them");
            }
            else
            {
                yield return member;
            }
        }
    }

    private void Report(string path, string problem)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add($"{Short(path, 3 * MaxValueLength)}: {problem}");
        }
        else
        {
            _unlisted++;
        }
    }

    private static string Value(JsonElement element) => Short(element.GetRawText(), MaxValueLength);

    private static string Short(string text, int length) => text.Length <= length ? text : text[..length] + "…";
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>A fault of a scenario, which may come several times.</summary>
internal sealed record FaultSpec
{
    public required FaultKind Do { get; init; }

    /// <summary>Whom it befalls, see <see cref="Targets"/>.</summary>
    public string Target { get; init; } = "";

    /// <summary>With <see cref="FaultKind.Partition"/>: from whom it is cut off.</summary>
    public string From { get; init; } = "";

    /// <summary>With <see cref="FaultKind.Partition"/>: only what the target says does not arrive; it hears the others.</summary>
    public bool OneWay { get; init; }

    /// <summary>From when the players are all in their rooms.</summary>
    public TimeSpan At { get; init; }

    public int Times { get; init; } = 1;

    /// <summary>Between two times; never before what the one before has befallen serves again.</summary>
    public TimeSpan Every { get; init; }

    /// <summary>How long it lasts, before the process is started again, goes on, or is reached again.</summary>
    public TimeSpan For { get; init; }

    /// <summary>With <see cref="FaultKind.Stop"/> and <see cref="FaultKind.Kill"/>: from which build it is started again. Null: from the one it had.</summary>
    public BuildKind? Build { get; init; }

    /// <summary>With <see cref="FaultKind.Send"/>.</summary>
    public int MessageId { get; init; }

    /// <summary>With <see cref="FaultKind.Send"/>: how many sessions send it.</summary>
    public int Sessions { get; init; } = 1;

    /// <summary>With <see cref="FaultKind.Admin"/>.</summary>
    public string Method { get; init; } = "PUT";

    /// <summary>With <see cref="FaultKind.Admin"/>: the path below the admin port.</summary>
    public string Path { get; init; } = "";

    /// <summary>With <see cref="FaultKind.Admin"/>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>With <see cref="FaultKind.Admin"/>: the status that the answer must have; with <see cref="FaultKind.Send"/> the code that each session must get. 0: any.</summary>
    public int Answer { get; init; }

    /// <summary>What is sent: an object, or a text that is sent as it is.</summary>
    public JsonElement? Body { get; init; }

    /// <summary><see cref="Body"/> as it is sent.</summary>
    [JsonIgnore]
    public string BodyText => Body switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { } value => value.GetRawText(),
    };
}

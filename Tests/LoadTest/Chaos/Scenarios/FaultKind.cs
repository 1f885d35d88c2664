using System.Text.Json.Serialization;

namespace GameCluster.LoadTest.Chaos.Scenarios;

/// <summary>What is done.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
internal enum FaultKind
{
    /// <summary>The process ends at once, as by SIGKILL, and is started again.</summary>
    Kill,

    /// <summary>It stands still with its connections open, as by SIGSTOP, and goes on later.</summary>
    Freeze,

    /// <summary>It is asked to end, as by SIGTERM, and is started again.</summary>
    Stop,

    /// <summary>It and others cannot reach each other, though both live.</summary>
    Partition,

    /// <summary>Sessions of their own send a message that harms.</summary>
    Send,

    /// <summary>An operator asks for something that has to be refused.</summary>
    Admin,
}

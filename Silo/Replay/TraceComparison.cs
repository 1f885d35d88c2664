using System.Text;
using System.Text.Json;

namespace GameCluster.Silo.Replay;

/// <summary>Compares inputs, as they are done, with a trace that was written before, and keeps what it finds at the first that makes something else.</summary>
internal sealed class TraceComparison(string path) : IDisposable
{
    private const int Shown = 10;

    private readonly StreamReader _lines = new(path);

    /// <summary>What is different, in words; null if nothing is so far.</summary>
    public string? Difference { get; private set; }

    public void Compare(ReadOnlyMemory<byte> line)
    {
        if (Difference is not null)
        {
            return;
        }

        var (here, there) = (Encoding.UTF8.GetString(line.Span), _lines.ReadLine());
        if (here == there)
        {
            return;
        }

        using var now = JsonDocument.Parse(here);
        if (there is null)
        {
            Difference = $"Input {now.RootElement.GetProperty("version")} is not in the other trace, which ends before it.";
            return;
        }

        using var before = JsonDocument.Parse(there);
        var differences = JsonDifference.Find(before.RootElement, now.RootElement, Shown).ToList();
        if (differences.Count > 0)
        {
            Difference = $"Input {now.RootElement.GetProperty("version")} makes something else: {now.RootElement.GetProperty("input").GetRawText()}\n{string.Join('\n', differences)}";
        }
    }

    public void Dispose() => _lines.Dispose();
}

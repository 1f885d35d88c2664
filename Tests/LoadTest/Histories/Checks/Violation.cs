namespace GameCluster.LoadTest.Histories.Checks;

/// <summary>A broken promise.</summary>
/// <param name="Where">The line that shows it, with its file if there are several.</param>
/// <param name="Client">Who saw it.</param>
/// <param name="What">What is wrong.</param>
internal sealed record Violation(string Where, string Client, string What)
{
    public override string ToString() => $"line {Where}, client {Client}: {What}";
}

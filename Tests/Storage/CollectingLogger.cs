using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace GameCluster.Tests.Storage;

/// <summary>Keeps log lines and lets a test wait for one of them.</summary>
internal sealed class CollectingLogger : ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<(string Text, TaskCompletionSource Seen)> _awaited = new();

    /// <summary>Level and text of each entry.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Completes when a later entry contains <paramref name="text"/>; fails after 30 seconds, with what was logged.</summary>
    public async Task SeesAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited.Enqueue((text, seen));
        try
        {
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"No log entry with '{text}' within 30 s. Logged: {string.Join('\n', _lines)}");
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel}: {formatter(state, exception)}";
        _lines.Enqueue(line);
        foreach (var (text, seen) in _awaited)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                seen.TrySetResult();
            }
        }
    }
}

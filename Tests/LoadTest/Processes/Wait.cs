using System.Diagnostics;

namespace GameCluster.LoadTest.Processes;

/// <summary>Waits for a state that nobody announces, and says what it was waiting for when that does not come.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <param name="expected">What is waited for, for the failure's text.</param>
    /// <param name="actual">What there is instead, for the failure's text.</param>
    /// <param name="pause">Between two questions, where asking is dear.</param>
    public static async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan limit, string expected, Func<string>? actual = null, TimeSpan? pause = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (clock.Elapsed > limit)
            {
                throw new TimeoutException($"after {limit.TotalSeconds} s still waiting for: {expected}\n{actual?.Invoke()}");
            }

            await Task.Delay(pause ?? Pause);
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, TimeSpan, string, Func{string}?, TimeSpan?)"/>
    public static Task UntilAsync(Func<bool> isSo, TimeSpan limit, string expected, Func<string>? actual = null) =>
        UntilAsync(() => Task.FromResult(isSo()), limit, expected, actual);
}

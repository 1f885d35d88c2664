using System.Collections.Concurrent;

namespace GameCluster.Tests.Infrastructure;

/// <summary>Holds or fails calls on their way into grains of a silo in this process, as networks and busy silos do. Calls are named by interface and method.</summary>
internal sealed class CallFaults : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, Func<Task>> _before = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();

    /// <summary>How many calls have come so far, those included that are held or have failed.</summary>
    public int CountOf(string call) => _calls.GetValueOrDefault(call);

    /// <summary>From now on such calls wait for this; if it fails they do.</summary>
    public void Before(string call, Func<Task> act) => _before[call] = act;

    /// <summary>Such calls go through again.</summary>
    public void Release(string call) => _before.TryRemove(call, out _);

    /// <summary>The next such call does not reach its grain.</summary>
    public void FailOnce(string call) => Before(call, () =>
    {
        Release(call);
        return Task.FromException(new OrleansException("The test has let this call fail."));
    });

    /// <summary>Such calls wait until the result is completed.</summary>
    public TaskCompletionSource Hold(string call)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Before(call, () => held.Task);
        return held;
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var call = $"{context.InterfaceMethod.DeclaringType!.Name}.{context.InterfaceMethod.Name}";
        _calls.AddOrUpdate(call, 1, static (_, count) => count + 1);
        if (_before.TryGetValue(call, out var act))
        {
            await act();
        }

        await context.Invoke();
    }
}

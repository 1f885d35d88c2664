using System.Diagnostics;
using System.Globalization;
using System.Text;
using GameCluster.LoadTest.Chaos.Clusters;
using GameCluster.LoadTest.Chaos.Scenarios;
using GameCluster.LoadTest.Histories;

namespace GameCluster.LoadTest.Chaos.Faults;

/// <summary>Carries out what a scenario plans, each of its faults beside the others, and notes begin and end of each in the history.</summary>
internal sealed class FaultRun(IChaosCluster cluster, IReadOnlyList<IReadOnlyList<PlannedFault>> plan, IHistorySink history, TextWriter progress)
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Dictionary<string, SemaphoreSlim> _nodes = cluster.Nodes.Keys.ToDictionary(static name => name, static _ => new SemaphoreSlim(1));
    private int _last;

    /// <summary>Called whenever a process may have got another address.</summary>
    public Action Moved { get; init; } = static () => { };

    /// <summary>Completes when all faults are over and everything serves again.</summary>
    public Task ExecuteAsync(CancellationToken cancellation) => Task.WhenAll(plan.Select(fault => OneAfterAnotherAsync(fault, cancellation)));

    private async Task OneAfterAnotherAsync(IReadOnlyList<PlannedFault> times, CancellationToken cancellation)
    {
        foreach (var fault in times)
        {
            var left = fault.At - Stopwatch.GetElapsedTime(_began);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, cancellation);
            }

            if (fault.Groups.Count == 0)
            {
                await NoteAsync(fault.Spec.Do == FaultKind.Send ? "sessions" : "admin", fault.Spec, () => Task.WhenAll(AskAsync(fault.Spec, cancellation), Task.Delay(fault.Spec.For, cancellation)));
            }

            foreach (var group in fault.Groups)
            {
                await BefallAsync(fault, group, cancellation);
            }
        }
    }

    private async Task BefallAsync(PlannedFault fault, IReadOnlyList<string> group, CancellationToken cancellation)
    {
        // In one order, so that two faults that want the same never wait for each other.
        var locks = group.Order(StringComparer.Ordinal).Select(name => _nodes[name]).ToList();
        foreach (var node in locks)
        {
            await node.WaitAsync(cancellation);
        }

        try
        {
            await NoteAsync(string.Join(", ", group), fault.Spec, () => DoAsync(fault, [.. group.Select(name => cluster.Nodes[name])], cancellation));
        }
        finally
        {
            locks.ForEach(static node => node.Release());
        }
    }

    private async Task NoteAsync(string target, FaultSpec spec, Func<Task> act)
    {
        var id = Interlocked.Increment(ref _last);
        Note(EventOp.Begin, id, target, spec);
        await act();
        Note(EventOp.End, id, target, spec);
    }

    private void Note(string op, int id, string target, FaultSpec spec)
    {
        var kind = spec.Do.ToString().ToLowerInvariant();
        history.Record(new HistoryEvent { Client = target, Type = EventType.Fault, Op = op, Id = id, Value = kind });
        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_began).TotalSeconds,6:0.0} s  {(op == EventOp.Begin ? kind : $"{kind} over"),-14} {target}"));
    }

    private async Task DoAsync(PlannedFault fault, IReadOnlyList<INode> nodes, CancellationToken cancellation)
    {
        var lasts = fault.Spec.For;
        switch (fault.Spec.Do)
        {
            case FaultKind.Kill:
                await Task.WhenAll(nodes.Select(static node => node.KillAsync()));
                await Task.Delay(lasts, cancellation);
                await StartAsync(nodes, fault.Spec.Build);
                break;
            case FaultKind.Stop:
                await Task.WhenAll(nodes.Select(static node => node.StopAsync())).WaitAsync(cancellation);
                await Task.Delay(lasts, cancellation);
                await StartAsync(nodes, fault.Spec.Build);
                break;
            case FaultKind.Freeze:
                await Task.WhenAll(nodes.Select(static node => node.FreezeAsync()));
                try
                {
                    await Task.Delay(lasts, cancellation);
                }
                finally
                {
                    await Task.WhenAll(nodes.Select(static node => node.ThawAsync()));
                }

                break;
            case FaultKind.Partition:
                await using (await cluster.Network!.PartitionAsync([.. nodes.Select(static node => node.Name)], fault.From, fault.Spec.OneWay))
                {
                    await Task.Delay(lasts, cancellation);
                }

                break;
            default:
                throw new InvalidOperationException($"{fault.Spec.Do} befalls no process.");
        }

        await Task.WhenAll(nodes.Select(static node => node.ReadyAsync())).WaitAsync(cancellation);
        Moved();
    }

    /// <summary>The database first: the others wait for it.</summary>
    private static async Task StartAsync(IReadOnlyList<INode> nodes, BuildKind? build)
    {
        foreach (var node in nodes.OrderBy(static node => node.Name != Targets.Database))
        {
            if (build is { } from)
            {
                node.UseBuild(from);
            }

            await node.StartAsync();
        }
    }

    private async Task AskAsync(FaultSpec spec, CancellationToken cancellation)
    {
        if (spec.Do == FaultKind.Send)
        {
            var urls = cluster.Urls;
            await Task.WhenAll(Enumerable.Range(0, spec.Sessions).Select(index => Saboteur.SendAsync(urls[index % urls.Count], spec, cancellation)));
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(spec.Method), spec.Path) { Content = new StringContent(spec.BodyText, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in spec.Headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await cluster.Admin.SendAsync(request, cancellation);
        if (spec.Answer != 0 && (int)response.StatusCode != spec.Answer)
        {
            throw new InvalidDataException($"{spec.Method} {spec.Path} was answered {(int)response.StatusCode} instead of {spec.Answer}: {await response.Content.ReadAsStringAsync(cancellation)}");
        }
    }
}

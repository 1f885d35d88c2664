using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace GameCluster.Placement;

/// <inheritdoc cref="IDrainListener"/>
[Reentrant] // It only writes to a set that is safe from any thread.
internal sealed class DrainListener(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, DrainMarks marks) : GrainService(id, silo, loggers), IDrainListener
{
    public ValueTask MarkAsync(SiloAddress silo)
    {
        marks.Add(silo);
        return ValueTask.CompletedTask;
    }
}

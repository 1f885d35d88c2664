using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace GameCluster.Watch;

/// <summary>What this process knows of harm in the cluster: which grains are in quarantine and who is short of memory. Safe from any thread; free while there is none.</summary>
public sealed class ClusterWatch(TimeProvider time)
{
    /// <summary>The most grains that are in quarantine; those that came first go.</summary>
    public const int MaxEntries = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<GrainId, QuarantineEntry> _found = [];
    private readonly HashSet<GrainId> _ended = [];
    private TurnMark[] _atDeath = [];
    private FrozenDictionary<GrainId, QuarantineEntry> _quarantine = FrozenDictionary<GrainId, QuarantineEntry>.Empty;
    private FrozenSet<SiloAddress> _short = [];
    private volatile bool _hasAny;
    private volatile bool _isShort;

    /// <summary>Whether any grain is in quarantine at all.</summary>
    public bool HasAny => _hasAny;

    /// <summary>How many grains are.</summary>
    public int Count => _quarantine.Count;

    /// <summary>Whether this process is short of memory.</summary>
    public bool IsShortOfMemory
    {
        get => _isShort;
        set => _isShort = value;
    }

    /// <summary>Whether a grain is in quarantine.</summary>
    public bool TryFind(GrainId grain, [NotNullWhen(true)] out QuarantineEntry? entry)
    {
        entry = null;
        return _hasAny && _quarantine.TryGetValue(grain, out entry) && entry.Until > time.GetUtcNow();
    }

    /// <summary>Whether any process has said that it is short of memory.</summary>
    public bool IsAnyShort => _short.Count > 0;

    /// <summary>Whether a process has said that it is short of memory.</summary>
    public bool IsShort(SiloAddress silo) => _short.Contains(silo);

    /// <summary>Puts a grain in quarantine, here at once and everywhere with the next report.</summary>
    public void Quarantine(QuarantineEntry entry)
    {
        lock (_gate)
        {
            if (_found.Count < MaxEntries)
            {
                _found[entry.Grain] = entry;
                _ended.Remove(entry.Grain);
                Publish(_quarantine.Values);
            }
        }
    }

    /// <summary>A grain that was in quarantine for waiting does not wait any more.</summary>
    public void End(GrainId grain)
    {
        lock (_gate)
        {
            _found.Remove(grain);
            if (_quarantine.ContainsKey(grain) && _ended.Count < MaxEntries)
            {
                _ended.Add(grain);
                Publish(_quarantine.Values);
            }
        }
    }

    /// <summary>What ran when the process died that had this one's name before.</summary>
    public void OnEarlierDeath(TurnMark[] running)
    {
        lock (_gate)
        {
            _atDeath = running;
        }
    }

    /// <summary>What the cluster is to be told.</summary>
    public WatchReport Report(SiloAddress silo, string name)
    {
        lock (_gate)
        {
            return new WatchReport(silo, name, _isShort, [.. _found.Values], [.. _ended], _atDeath);
        }
    }

    /// <summary>The cluster has taken a report, and this is the whole.</summary>
    public void Apply(WatchReport taken, WatchSnapshot whole)
    {
        lock (_gate)
        {
            foreach (var entry in taken.Found)
            {
                if (_found.GetValueOrDefault(entry.Grain) == entry)
                {
                    _found.Remove(entry.Grain);
                }
            }

            _ended.ExceptWith(taken.Ended);
            _atDeath = _atDeath == taken.AtDeath ? [] : _atDeath;
            _short = [.. whole.ShortOfMemory];
            Publish(whole.Quarantine);
        }
    }

    private void Publish(IEnumerable<QuarantineEntry> known)
    {
        var now = time.GetUtcNow();
        _quarantine = known.Where(entry => entry.Until > now && !_found.ContainsKey(entry.Grain) && !_ended.Contains(entry.Grain)).Concat(_found.Values)
            .ToFrozenDictionary(static entry => entry.Grain);
        _hasAny = _quarantine.Count > 0;
    }
}

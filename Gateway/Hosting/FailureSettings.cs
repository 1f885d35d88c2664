using Orleans.Configuration;

namespace GameCluster.Gateway.Hosting;

/// <summary>
/// Everything that decides how fast the cluster notices a failure and what that failure costs, in one place. Every process of a cluster uses the same.
/// </summary>
internal static class FailureSettings
{
    /// <summary>How long a silo may keep a process waiting at its end: longer than a gateway's drain, shorter than compose's stop_grace_period.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(25);

    public static ISiloBuilder UseFailureSettings(this ISiloBuilder silo, TimeSpan requestTimeout, TimeSpan waitLimit)
    {
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            // A silo whose process has ended is noticed in half a second to a second instead of fifteen: its probes fail at once, three of them a quarter of a
            // second apart. Under load they take longer, and probes learn to wait for it.
            options.ProbeTimeout = TimeSpan.FromSeconds(0.5);
            options.MinProbeTimeout = TimeSpan.FromSeconds(0.25);

            // One that is silent is another matter, as it may only be busy: nobody votes while anything at all was heard of it in the last
            // MaxProbeTimeout x NumMissedProbesLimit = 3 s instead of 60.
            options.MaxProbeTimeout = TimeSpan.FromSeconds(1);
            options.NumMissedProbesLimit = 3;

            // Three must agree, or half of the members where there are fewer than five: so that two that are cut off together cannot evict the others.
            options.NumVotesForDeathDeclaration = 3;

            // A missed gossip message costs seconds, not a minute. Orleans also asks a silo that did not tell its roles in time again only after
            // twice this and the detection time, and until then nothing is placed on it.
            options.TableRefreshTimeout = TimeSpan.FromSeconds(3);

            // Rows of processes that died with the whole cluster are recognised as stale in 15 s instead of 90.
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            options.DefunctSiloExpiration = TimeSpan.FromHours(1);
            options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
        });
        silo.Configure<SiloMessagingOptions>(options =>
        {
            // The caller of a silo that died learns of it now and not after 30 s.
            options.ResponseTimeout = requestTimeout;
            options.SystemResponseTimeout = requestTimeout;

            // Nothing a client sends comes near; a defect cannot make a silo buffer 100 MiB.
            options.MaxMessageBodySize = 16 * 1024 * 1024;
            options.CancelRequestOnTimeout = true;

            // A grain whose handler waits for ever begins anew with the next call, once its quarantine has ended.
            options.MaxRequestProcessingTime = waitLimit;

            // A grain that is flooded refuses instead of growing without a bound. Lanes have one call under way each, so only more than this many sessions at
            // one grain get there.
            options.MaxEnqueuedRequestsHardLimit = 10_000;
        });

        // The default directory destroys grains on healthy silos when another silo dies; this one does not.
        silo.AddDistributedGrainDirectory();

        // The directory could hold the places of an evicted silo's grains for a while, whether or not its process has ended. EvictionFence knows that better.
        silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.Zero);
        return silo;
    }
}

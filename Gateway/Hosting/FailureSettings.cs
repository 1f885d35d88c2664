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
            // A silo that stops answering is noticed in about a second, instead of five.
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.MinProbeTimeout = TimeSpan.FromSeconds(0.5);

            // A frozen silo whose connection was busy a moment ago is protected from eviction for MaxProbeTimeout x NumMissedProbesLimit: 6 s, not 60.
            options.MaxProbeTimeout = TimeSpan.FromSeconds(2);
            options.NumMissedProbesLimit = 3;

            // Two silos must agree, so that one with a sick network cannot evict the healthy.
            options.NumVotesForDeathDeclaration = 2;

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

        // How long the ranges of a silo that vanished are held: at least the detection window above, or a wrongly evicted silo could share a grain.
        silo.Configure<GrainDirectoryOptions>(options => options.RangeLeaseDuration = TimeSpan.FromSeconds(8));
        return silo;
    }
}

using GameCluster.Diagnostics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace GameCluster.Gateway.Diagnostics;

/// <summary>Metrics for Prometheus at <c>/metrics</c>; metrics and traces over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.</summary>
internal static class Telemetry
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Whether metrics and traces go anywhere over OTLP. Without that no call carries a trace, which would cost each of them.</summary>
    public static bool ExportsOtlp(IConfiguration configuration) => !string.IsNullOrEmpty(configuration[OtlpEndpoint]);

    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder, string nodeName)
    {
        var exportsOtlp = ExportsOtlp(builder.Configuration);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("gamecluster", serviceInstanceId: nodeName))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("GameCluster.*", "Microsoft.Orleans").AddRuntimeInstrumentation().AddPrometheusExporter();
                if (exportsOtlp)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (exportsOtlp)
        {
            telemetry.WithTracing(traces => traces.AddSource(CallTrace.SourceName, "Microsoft.Orleans.*").AddAspNetCoreInstrumentation().AddOtlpExporter());
        }

        return builder;
    }
}

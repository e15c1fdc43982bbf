using FhirGateway.Processing;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FhirGateway.Host.Telemetry;

/// <summary>
/// Sends traces and metrics to an OTLP collector. The gateway, ASP.NET Core and the runtime emit them themselves; of the
/// framework's spans the query and the client's address are cut off, since they may identify a person.
/// </summary>
public sealed class OtlpExport(Uri endpoint) : IHostedService, IDisposable
{
    private static readonly string[] CutTags = ["url.query", "url.full", "client.address", "user_agent.original"];
    private TracerProvider? traces;
    private MeterProvider? metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService("fhir-gateway");
        traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(GatewayTelemetry.Name, "Microsoft.AspNetCore")
            .AddProcessor(new TagCut())
            .AddOtlpExporter(Configure)
            .Build();
        metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(GatewayTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddOtlpExporter(Configure)
            .Build();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
        traces = null;
        metrics = null;
    }

    private void Configure(OtlpExporterOptions options)
    {
        options.Endpoint = endpoint;
        options.Protocol = OtlpExportProtocol.Grpc;
    }

    private sealed class TagCut : BaseProcessor<System.Diagnostics.Activity>
    {
        public override void OnEnd(System.Diagnostics.Activity data)
        {
            foreach (var tag in CutTags)
                data.SetTag(tag, null);
        }
    }
}

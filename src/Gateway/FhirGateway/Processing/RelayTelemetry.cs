using System.Diagnostics.Metrics;

namespace FhirGateway.Processing;

/// <summary>Figures of the relay, by participant and stream.</summary>
internal static class RelayTelemetry
{
    private static readonly Counter<long> Delivered = GatewayTelemetry.Meter.CreateCounter<long>("fhirgateway.relay.delivered", "{event}", "Events reported stored by the broker.");
    private static readonly Gauge<long> Parked = GatewayTelemetry.Meter.CreateGauge<long>("fhirgateway.relay.parked", "{event}", "Events kept back because the broker refuses them or an earlier one of their key.");
    private static readonly Gauge<long> Stopped = GatewayTelemetry.Meter.CreateGauge<long>("fhirgateway.relay.stopped", "{topic}", "1 where a topic is stopped until an operator has looked, else 0.");

    public static void Observe(RelayStatus status, long delivered)
    {
        var participant = new KeyValuePair<string, object?>("participant", status.Participant);
        var stream = new KeyValuePair<string, object?>("stream", status.Stream);
        Delivered.Add(delivered, participant, stream);
        Parked.Record(status.Parked, participant, stream);
        Stopped.Record(status.State == RelayState.Stopped ? 1 : 0, participant, stream);
    }
}

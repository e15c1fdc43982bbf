namespace FhirGateway.Processing;

/// <summary>What a delivery record says: which client got which part of a stream.</summary>
internal static class DeliveryJson
{
    public static string Of(string participant, string client, string stream, long from, long to) =>
        SmallJson.Write((participant, client, stream, from, to), static (json, f) =>
        {
            json.WriteString("participant", f.participant);
            json.WriteString("client", f.client);
            json.WriteString("stream", f.stream);
            json.WriteNumber("from", f.from);
            json.WriteNumber("to", f.to);
        });
}

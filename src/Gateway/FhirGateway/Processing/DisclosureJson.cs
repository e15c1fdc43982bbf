using FhirGateway.Organizations;
using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>What a disclosure record says: who got what of whom, when, why, under which agreement, from which source.</summary>
internal static class DisclosureJson
{
    public static string Of(
        Participant participant, string stream, long sequence, string type, string source, Agreement? agreement, StoredResource? resource, string? routedBy = null) =>
        SmallJson.Write((participant, stream, sequence, type, source, agreement, resource, routedBy), static (json, f) =>
        {
            json.WriteString("participant", f.participant.Id);
            json.WriteString("stream", f.stream);
            json.WriteNumber("sequence", f.sequence);
            json.WriteString("type", f.type);
            json.WriteString("source", f.source);
            if (f.agreement is not null)
            {
                json.WriteString("agreement", f.agreement.Id);
                json.WriteString("basis", f.agreement.Basis);
                json.WriteString("purpose", f.agreement.Purpose);
                if (f.routedBy is not null)
                    json.WriteString("pcp", f.routedBy);
            }

            if (f.resource is null)
                return;
            json.WriteString("resourceType", f.resource.Type);
            json.WriteString("id", f.resource.Id.ToString("D"));
            json.WriteString("sha256", f.resource.Hash.ToString());
        });
}

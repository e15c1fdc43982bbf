using FhirGateway.Release;

namespace FhirGateway.Processing;

/// <summary>The data of a withdrawal: reason code, ids of the events withdrawn, resource type and id, and nothing else.</summary>
internal static class WithdrawalJson
{
    public static string Of(string reason, IEnumerable<string> events, StoredResource? resource) =>
        SmallJson.Write((reason, events, resource), static (json, f) =>
        {
            json.WriteString("reason", f.reason);
            json.WriteStartArray("events");
            foreach (var id in f.events)
                json.WriteStringValue(id);
            json.WriteEndArray();
            if (f.resource is null)
                return;
            json.WriteString("resourceType", f.resource.Type);
            json.WriteString("id", f.resource.Id.ToString("D"));
        });
}

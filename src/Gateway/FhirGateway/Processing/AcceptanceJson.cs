namespace FhirGateway.Processing;

/// <summary>What an acceptance record says: what was accepted from whom, and what became of it.</summary>
internal static class AcceptanceJson
{
    public static string Of(string source, long entry, string what, string sha256, string outcome, string? client = null, string? charset = null) =>
        SmallJson.Write((source, entry, what, sha256, outcome, client, charset), static (json, f) =>
        {
            json.WriteString("source", f.source);
            json.WriteNumber("entry", f.entry);
            json.WriteString("what", f.what);
            json.WriteString("sha256", f.sha256);
            json.WriteString("outcome", f.outcome);
            if (f.client is not null)
                json.WriteString("client", f.client);
            if (f.charset is not null)
                json.WriteString("charset", f.charset);
        });
}

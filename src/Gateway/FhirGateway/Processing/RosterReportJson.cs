using FhirGateway.Attributions;

namespace FhirGateway.Processing;

/// <summary>What the audit says of a loaded file.</summary>
internal static class RosterReportJson
{
    public static string Of(string what, string organisation, string client, RosterReport report) =>
        SmallJson.Write((what, organisation, client, report), static (json, f) =>
        {
            json.WriteString("change", f.what);
            json.WriteString("organisation", f.organisation);
            json.WriteString("client", f.client);
            json.WriteNumber("accepted", f.report.Accepted);
            json.WriteNumber("changed", f.report.Changed);
            json.WriteNumber("dropped", f.report.Dropped);
            json.WriteNumber("rejected", f.report.Rejected.Length);
            json.WriteNumber("unmatched", f.report.Unmatched);
            json.WriteNumber("ambiguous", f.report.Ambiguous);
        });
}

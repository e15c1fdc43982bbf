using System.Collections.Immutable;
using System.Text;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Writes the kick-off request of an export as a dialect wants it.</summary>
public static class KickOff
{
    private const string Json = "application/fhir+json";

    /// <summary>Bulk Data "Headers": the outcome is FHIR JSON, the work asynchronous; lenient lets a server ignore what it does not know.</summary>
    private static readonly ImmutableArray<EgressHeader> Headers =
        [new EgressHeader("Accept", Json), new EgressHeader("Prefer", "respond-async, handling=lenient")];

    /// <summary>The request, without credential.</summary>
    /// <param name="fhirUrl">Base URL of the server, without slash at its end.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="dialect">How it is to be asked.</param>
    /// <param name="isVersion4">What its capabilities say, where the dialect leaves it open.</param>
    public static EgressRequest Write(string fhirUrl, ExportRequest request, ExportDialect dialect, bool isVersion4)
    {
        var asked = request.Without(dialect.Unsupported);
        var repeats = dialect.Repeats ?? isVersion4;
        var url = fhirUrl + Path(asked) + asked.Operation;
        var posts = (dialect.Posts ?? isVersion4) || !asked.Patients.IsEmpty || asked.ExportType is not null;
        if (posts)
        {
            return new EgressRequest
            {
                Method = HttpMethod.Post, Url = new Uri(url), Headers = Headers, ContentType = Json,
                Body = KickOffParameters.Write(asked, repeats), MayRetry = false,
            };
        }

        return new EgressRequest { Method = HttpMethod.Get, Url = new Uri(url + Query(asked, repeats)), Headers = Headers, MayRetry = false };
    }

    private static string Path(ExportRequest request) => request.Level switch
    {
        ExportLevel.Group => "/Group/" + Uri.EscapeDataString(request.Group ?? throw new ArgumentException("a Group export without a Group", nameof(request))) + "/",
        ExportLevel.Patient => "/Patient/",
        _ => "/",
    };

    private static string Query(ExportRequest request, bool repeats)
    {
        var query = new StringBuilder();
        Add(query, ExportParameter.OutputFormat, "application/fhir+ndjson");
        if (request.Since is { } since)
            Add(query, ExportParameter.Since, since);
        AddList(query, ExportParameter.Type, request.Types, repeats);
        AddList(query, ExportParameter.TypeFilter, request.TypeFilters, repeats);
        AddList(query, ExportParameter.Elements, request.Elements, repeats);
        AddList(query, ExportParameter.IncludeAssociatedData, request.AssociatedData, repeats);
        if (request.OrganizeOutputBy is { } organize)
            Add(query, ExportParameter.OrganizeOutputBy, organize);
        if (request.AllowPartialManifests)
            Add(query, ExportParameter.AllowPartialManifests, "true");
        return query.ToString();
    }

    private static void AddList(StringBuilder query, string name, ImmutableArray<string> values, bool repeats)
    {
        if (values.IsEmpty)
            return;
        if (!repeats)
        {
            Add(query, name, string.Join(',', values));
            return;
        }

        foreach (var value in values)
            Add(query, name, value);
    }

    private static void Add(StringBuilder query, string name, string value) =>
        query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
}

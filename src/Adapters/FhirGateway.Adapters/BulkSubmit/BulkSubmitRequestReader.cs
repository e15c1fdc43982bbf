using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Identity;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Reads a call of <c>$bulk-submit</c> in every spelling that is unambiguous: the 4.0.0 ballot and the 2025 Argonaut draft.</summary>
public static class BulkSubmitRequestReader
{
    private const string DraftSystem = "http://hl7.org/fhir/uv/bulkdata/ValueSet/submission-status";
    private const int MostOAuthUrls = 5;
    private const int MostOptions = 100;

    /// <summary>The call, or null with the reason.</summary>
    public static BulkSubmitRequest? Read(ReadOnlyMemory<byte> body, out SubmitFault? fault)
    {
        var given = SubmitParameters.Read(body);
        var request = given.Fault is null ? Read(given) : null;
        fault = given.Fault;
        return fault is null ? request : null;
    }

    private static BulkSubmitRequest? Read(SubmitParameters given)
    {
        var submitter = given.Submitter();
        var id = given.SubmissionId();
        var status = Status(given, out var hasStatus);
        var manifest = Url(given, "manifestUrl");
        var replaces = Url(given, "replacesManifestUrl");
        // The 2025 draft and the servers that speak it write FHIRBaseUrl.
        var fhirBase = Url(given, "fhirBaseUrl", "FHIRBaseUrl")?.TrimEnd('/');
        CheckFormat(given, "outputFormat");
        var headers = Headers(given);
        var oauth = OAuth(given);
        var metadata = Options(given, "metadata");
        var import = Options(given, "import");
        if (given.All("fileEncryptionKey").Length > 0)
            given.Refuse(SubmitFault.NotSupported("fileEncryptionKey: encrypted files are not supported here; send plain files over TLS"));
        if (!hasStatus && manifest is null && replaces is null)
            given.Refuse(SubmitFault.Required("At least one of submissionStatus and manifestUrl is required"));
        if (manifest is not null && fhirBase is null)
            given.Refuse(SubmitFault.Required("fhirBaseUrl is required beside manifestUrl"));
        return new BulkSubmitRequest
        {
            Submitter = submitter,
            SubmissionId = id,
            Status = status,
            ManifestUrl = manifest,
            ReplacesManifestUrl = replaces,
            FhirBaseUrl = fhirBase,
            Headers = headers,
            OAuthMetadataUrls = oauth,
            Metadata = metadata,
            Import = import,
            IsDraft = IsDraft(given),
            Ignored = given.Ignored(),
        };
    }

    /// <summary>The draft had URLs as strings, FHIRBaseUrl, and a value set of its own for the status.</summary>
    private static bool IsDraft(SubmitParameters given) =>
        given.All("FHIRBaseUrl").Length > 0 || given.All("manifestUrl") is [{ Type: "String" }]
        || (given.All("submissionStatus") is [{ Type: "Coding" } coding]
            && (StrictJson.Text(coding.Value, "code", 64) is "complete" or "aborted" || StrictJson.Text(coding.Value, "system", 255) == DraftSystem));

    /// <summary>NDJSON of FHIR R4, the only format of bulk files; null or a fault of the parameters.</summary>
    internal static void CheckFormat(SubmitParameters given, string name)
    {
        if (given.Text(200, name) is not { } text)
            return;
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        if (parts[0].ToLowerInvariant() is not ("application/fhir+ndjson" or "application/ndjson" or "application/x-ndjson" or "ndjson"))
            given.Refuse(SubmitFault.NotSupported($"{name}: only NDJSON is taken: application/fhir+ndjson, application/ndjson or ndjson"));
        foreach (var part in parts.Skip(1))
        {
            var pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair is ["fhirVersion", var version] && version.Trim('"') is not ("4.0" or "4.0.1"))
                given.Refuse(SubmitFault.NotSupported($"{name}: only FHIR R4 is taken: fhirVersion=4.0"));
        }
    }

    private static SenderStatus Status(SubmitParameters given, out bool isGiven)
    {
        var nodes = given.All("submissionStatus");
        isGiven = nodes.Length > 0;
        if (!isGiven)
            return SenderStatus.InProgress;
        string? code = null;
        if (nodes is [{ Type: "Coding", Value.ValueKind: JsonValueKind.Object } coding])
        {
            code = StrictJson.Text(coding.Value, "code", 64);
            if (coding.Value.TryGetProperty("system", out var system) && !IsStatusSystem(StrictJson.Text(system, 255)))
                given.Refuse(new SubmitFault(SubmitFault.BadRequest, "code-invalid", "submissionStatus.system is not http://hl7.org/fhir/event-status"));
        }
        else if (nodes.Length == 1)
            code = given.TextOf(nodes[0], "submissionStatus", 64);
        switch (code)
        {
            case "in-progress":
                return SenderStatus.InProgress;
            case "completed" or "complete":
                return SenderStatus.Completed;
            case "stopped" or "aborted":
                return SenderStatus.Stopped;
            default:
                given.Refuse(new SubmitFault(SubmitFault.BadRequest, "code-invalid", "submissionStatus is given once, as valueCoding with the code in-progress, completed or stopped"));
                return SenderStatus.InProgress;
        }
    }

    private static bool IsStatusSystem(string? system) => system is "http://hl7.org/fhir/event-status"
        or DraftSystem or "http://hl7.org/fhir/uv/bulkdata/CodeSystem/submission-status";

    private static string? Url(SubmitParameters given, params ReadOnlySpan<string> names)
    {
        var url = given.Text(SubmitUrl.MostCharacters, names);
        if (url is not null && !SubmitUrl.IsGood(url))
            given.Refuse(new SubmitFault(SubmitFault.BadRequest, "value", $"{names[0]} is not an absolute http or https URL without user and fragment"));
        return url;
    }

    private static ImmutableArray<FileRequestHeader> Headers(SubmitParameters given)
    {
        var nodes = given.All("fileRequestHeader");
        if (nodes.Length > HeaderRules.MostHeaders)
            given.Refuse(new SubmitFault(SubmitFault.BadRequest, "too-long", $"fileRequestHeader is given more than {HeaderRules.MostHeaders} times"));
        return [.. nodes.Take(HeaderRules.MostHeaders).Select(n => Header(given, n))];
    }

    /// <summary>An Authorization of the sender's own is taken, but never beside a token that we ask for.</summary>
    private static FileRequestHeader Header(SubmitParameters given, ParameterNode node)
    {
        var header = new FileRequestHeader(
            given.Part(node, "headerName", HeaderRules.MostNameLength), given.Part(node, "headerValue", HeaderRules.MostValueLength));
        var mayAuthorize = given.All("oauthMetadataUrl").IsEmpty;
        if (given.Fault is null && HeaderRules.SenderFault(header.Name, header.Value, mayAuthorize) is { } fault)
            given.Refuse(new SubmitFault(SubmitFault.BadRequest, "value", "fileRequestHeader: " + fault));
        return header;
    }

    private static ImmutableArray<string> OAuth(SubmitParameters given)
    {
        var nodes = given.All("oauthMetadataUrl");
        if (nodes.Length > MostOAuthUrls)
            given.Refuse(new SubmitFault(SubmitFault.BadRequest, "too-long", $"oauthMetadataUrl is given more than {MostOAuthUrls} times"));
        var urls = nodes.Take(MostOAuthUrls).Select(n => given.TextOf(n, n.Name, SubmitUrl.MostCharacters) ?? "").ToImmutableArray();
        if (urls.Any(u => !SubmitUrl.IsGood(u)))
            given.Refuse(new SubmitFault(SubmitFault.BadRequest, "value", "oauthMetadataUrl is not an absolute http or https URL without user and fragment"));
        return urls;
    }

    /// <summary>
    /// The ballot's parts parameterUrl and parameterValue, or the draft's: parts whose names are agreed and whose values are text.
    /// </summary>
    private static ImmutableArray<SubmitOption> Options(SubmitParameters given, string name)
    {
        var options = new List<SubmitOption>();
        foreach (var node in given.All(name))
        {
            if (node.Parts.Any(p => p.Name is "parameterUrl" or "parameterValue"))
                options.Add(new SubmitOption(given.Part(node, "parameterUrl", SubmitUrl.MostCharacters), given.Part(node, "parameterValue", SubmitUrl.MostCharacters)));
            else
                options.AddRange(node.Parts.Select(p => new SubmitOption(p.Name, p.Value.ValueKind == JsonValueKind.String ? StrictJson.Text(p.Value, SubmitUrl.MostCharacters) ?? "" : "")));
        }

        if (options.Count > MostOptions)
            given.Refuse(new SubmitFault(SubmitFault.BadRequest, "too-long", $"{name} has more than {MostOptions} parameters"));
        return [.. options.Take(MostOptions)];
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>One call of <c>$bulk-submit</c>, read and checked in itself (Bulk Data Access 4.0.0-ballot, OperationDefinition bulk-submit).</summary>
public sealed record BulkSubmitRequest
{
    public required SubmitterIdentifier Submitter { get; init; }
    public required string SubmissionId { get; init; }
    public SenderStatus Status { get; init; }

    /// <summary>URL of the manifest that this call submits; null for none. All that follows concerns this manifest.</summary>
    public string? ManifestUrl { get; init; }

    /// <summary>URL of an earlier manifest of this submission, whose data are to go.</summary>
    public string? ReplacesManifestUrl { get; init; }

    /// <summary>Base URL of relative references, without slash at its end; never null beside a manifest.</summary>
    public string? FhirBaseUrl { get; init; }
    public ImmutableArray<FileRequestHeader> Headers { get; init; } = [];

    /// <summary>OAuth metadata: if given, a token is used for the manifest, and for files that its manifest says need one.</summary>
    public ImmutableArray<string> OAuthMetadataUrls { get; init; } = [];
    public ImmutableArray<SubmitOption> Metadata { get; init; } = [];
    public ImmutableArray<SubmitOption> Import { get; init; } = [];

    /// <summary>Whether it is spelled as only the Argonaut draft of 2025 spells it; changes nothing but the words of the answer.</summary>
    public bool IsDraft { get; init; }

    /// <summary>Names of parameters that the operation does not have: ignored, and the sender is told.</summary>
    public ImmutableArray<string> Ignored { get; init; } = [];

    /// <summary>The same for the same call however it is written: what makes a call a repeated one.</summary>
    internal byte[] Canonical()
    {
        var text = new StringBuilder();
        void Add(string? part) => text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part}");
        Add(Submitter.ToString());
        Add(SubmissionId);
        Add(Status.ToString());
        Add(ManifestUrl);
        Add(ReplacesManifestUrl);
        Add(FhirBaseUrl);
        foreach (var header in Headers)
        {
            Add(header.Name.ToLowerInvariant());
            Add(header.Value);
        }

        Add("oauth");
        foreach (var url in OAuthMetadataUrls)
            Add(url);
        foreach (var options in (ReadOnlySpan<ImmutableArray<SubmitOption>>)[Metadata, Import])
        {
            Add("options");
            foreach (var option in options)
            {
                Add(option.Url);
                Add(option.Value);
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public override string ToString() => $"BulkSubmitRequest({Status})";
}

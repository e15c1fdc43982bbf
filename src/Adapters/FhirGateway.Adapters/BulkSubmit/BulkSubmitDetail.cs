using System.Text.Json;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Turns a bulk submission into the detail of its job and back; secrets are sealed on the way.</summary>
internal static class BulkSubmitDetail
{
    public static string Write(BulkSubmission submission, string job, SecretBox secrets) => JsonSerializer.Serialize(
        new ShownSubmission
        {
            System = submission.Submitter.System,
            Submitter = submission.Submitter.Value,
            SubmissionId = submission.SubmissionId,
            Client = submission.Client,
            Status = submission.Status,
            FinalCall = submission.FinalCall,
            IsDraft = submission.IsDraft,
            DeletedPolls = submission.DeletedPolls,
            FinishedAt = submission.FinishedAt,
            Manifests = [.. submission.Manifests.Select(m => Write(m, job, secrets))],
        },
        BulkSubmitJson.Default.ShownSubmission);

    /// <summary>Throws <see cref="InvalidDataException"/> where the secrets were sealed by another key.</summary>
    public static BulkSubmission Read(string detail, string job, SecretBox secrets)
    {
        var shown = ShownSubmission.Read(detail);
        return new BulkSubmission
        {
            Submitter = new SubmitterIdentifier(shown.System, shown.Submitter),
            SubmissionId = shown.SubmissionId,
            Client = shown.Client,
            Status = shown.Status,
            FinalCall = shown.FinalCall,
            IsDraft = shown.IsDraft,
            DeletedPolls = shown.DeletedPolls,
            FinishedAt = shown.FinishedAt,
            Manifests = [.. shown.Manifests.Select(m => Read(m, job, secrets))],
        };
    }

    private static ShownManifest Write(SubmittedManifest manifest, string job, SecretBox secrets) => new()
    {
        Number = manifest.Number,
        Url = SubmitUrl.Shown(manifest.Url),
        FhirBaseUrl = manifest.FhirBaseUrl,
        Stage = manifest.Stage,
        Submission = manifest.Submission,
        Files = manifest.Files,
        Findings = manifest.Findings,
        MoreFindings = manifest.MoreFindings,
        Outcome = manifest.Outcome,
        Call = manifest.Call,
        RemovedBy = manifest.RemovedBy,
        Secret = secrets.Seal(NameOf(job, manifest.Number), JsonSerializer.SerializeToUtf8Bytes(
            new ManifestSecret(manifest.Url, manifest.Headers, manifest.OAuthMetadataUrls, manifest.Metadata, manifest.Import),
            BulkSubmitJson.Default.ManifestSecret)),
    };

    private static SubmittedManifest Read(ShownManifest shown, string job, SecretBox secrets)
    {
        var secret = JsonSerializer.Deserialize(secrets.Unseal(NameOf(job, shown.Number), shown.Secret), BulkSubmitJson.Default.ManifestSecret)
            ?? throw new InvalidDataException("The secret of a manifest is empty");
        return new SubmittedManifest
        {
            Number = shown.Number,
            Url = secret.Url,
            FhirBaseUrl = shown.FhirBaseUrl,
            Headers = secret.Headers,
            OAuthMetadataUrls = secret.OAuthMetadataUrls,
            Metadata = secret.Metadata,
            Import = secret.Import,
            Call = shown.Call,
            RemovedBy = shown.RemovedBy,
            Submission = shown.Submission,
            Stage = shown.Stage,
            Files = shown.Files,
            Findings = shown.Findings,
            MoreFindings = shown.MoreFindings,
            Outcome = shown.Outcome,
        };
    }

    /// <summary>A secret opens for its own manifest only.</summary>
    private static string NameOf(string job, int manifest) => $"{job}/{manifest}";
}

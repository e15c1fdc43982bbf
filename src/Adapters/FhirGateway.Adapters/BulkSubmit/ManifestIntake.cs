using System.Collections.Immutable;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;
using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// Fetches one submitted manifest with its files and accepts what is whole and proven as one submission. A file that cannot be
/// had is a finding and stops no other.
/// </summary>
internal sealed class ManifestIntake(BulkSubmitParts parts)
{
    private readonly SubmittedManifestReader reader = new(parts.Egress, ManifestLimits.Default);
    private readonly SubmitCredentials credentials = new(parts.Egress, parts.Tokens, parts.DataDirectory);

    /// <summary>Throws <see cref="OperationCanceledException"/>, and <see cref="IOException"/> where our own disk fails.</summary>
    /// <param name="source">Whose it is.</param>
    /// <param name="kept">The submission.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="progress">Told how many files are fetched, one call at a time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<FetchedManifest> TakeAsync(Source source, KeptSubmission kept, SubmittedManifest manifest, Action<int> progress, CancellationToken cancellationToken)
    {
        var folder = parts.Intake.FolderOf(kept.Job.Id, manifest.Number);
        // A crash came between acceptance and the note of it: it is accepted, and the journal knows or will know.
        if (folder.Accepted is { } accepted)
        {
            await parts.Intake.AcceptAsync(source, kept.Submission.Client, folder, accepted.Files, accepted.Manifest, accepted.FhirBaseUrl, cancellationToken);
            return new FetchedManifest(ManifestStage.Accepted, folder.Submission, Math.Max(accepted.Files.Count, manifest.Files), manifest.Findings)
            {
                MoreFindings = manifest.MoreFindings,
            };
        }

        var allowance = EgressAllowance.Of(source.Id, source.Connection);
        var authorized = await PatientlyAsync(() => credentials.OfAsync(source, manifest, allowance, cancellationToken), c => c.RetryAfter, cancellationToken);
        if (authorized.Fault is { } refused)
            return FetchedManifest.Failed(refused);
        var credential = authorized.Provider;
        var reading = await ReadAsync(manifest, allowance, credential, cancellationToken);
        if (!reading.IsRead)
            return FetchedManifest.Failed(reading.Fault);
        var isDraft = SubmitDialects.Of(source.Connection.Dialect, kept.Submission.IsDraft) == SubmitDialect.Argonaut2025;
        var files = reading.Manifest.Files.Where(f => f.Kind != ManifestFileKind.Outcome).ToImmutableArray();
        var findings = Unloaded(reading.Manifest);
        if (files.IsEmpty)
            return new FetchedManifest(ManifestStage.Processed, null, 0, findings);
        var fetch = await FetchAsync(manifest, reading.Manifest, files, folder.Path, allowance, credential, isDraft, progress, cancellationToken);
        var (whole, faults) = Judge(fetch, files, folder.Submission, isDraft);
        findings = findings.AddRange(faults);
        if (whole.Count == 0)
            return new FetchedManifest(ManifestStage.Failed, null, files.Length, findings);
        var fetched = new FetchedManifest(ManifestStage.Accepted, folder.Submission, files.Length, findings);
        await KeepFindingsAsync(kept.Job.Id, manifest.Number, fetched, cancellationToken);
        await parts.Intake.AcceptAsync(source, kept.Submission.Client, folder, whole, SubmitUrl.Shown(manifest.Url), manifest.FhirBaseUrl, cancellationToken);
        await NoteFreshnessAsync(source, reading.Manifest, cancellationToken);
        return fetched;
    }

    /// <summary>A time that is still to come says nothing of how fresh the data are.</summary>
    private async Task NoteFreshnessAsync(Source source, BulkManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.TransactionTime is not { } text || ExportPlan.Time(text) is var time && time > parts.Clock.GetUtcNow())
            return;
        await parts.Store.WriteAsync(StateLane.Messages, tx =>
        {
            ServiceFigures.ManifestReceived(tx, source.Number, after: null, time);
            return true;
        }, cancellationToken);
    }

    private Task<bool> KeepFindingsAsync(string job, int number, FetchedManifest fetched, CancellationToken cancellationToken) => parts.Submits.ChangeAsync(job, s =>
    {
        var manifest = s.Manifest(number);
        return fetched.Findings.IsEmpty && manifest.Findings.IsEmpty ? s : s.With(fetched.Found(manifest));
    }, cancellationToken);

    /// <summary>The sender's own reports on its export are not data.</summary>
    private static ImmutableArray<ManifestFinding> Unloaded(BulkManifest manifest) => manifest.Of(ManifestFileKind.Outcome).Any()
        ? [new ManifestFinding(null, "informational", "Files of OperationOutcomes in the submitted manifest are not loaded")]
        : [];

    private Task<PageReading> ReadAsync(SubmittedManifest manifest, EgressAllowance allowance, CredentialProvider? credential, CancellationToken cancellationToken) =>
        PatientlyAsync(() => reader.ReadAsync(manifest, allowance, credential, cancellationToken), r => r.RetryAfter, cancellationToken);

    /// <summary>Asks again, after a pause that grows, for as long as the fault is a matter of time.</summary>
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> ask, Func<T, TimeSpan?> retryAfter, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = await ask();
            if (retryAfter(answer) is not { } wait || attempt >= parts.Options.MostRetries)
                return answer;
            var pause = parts.Options.RetryDelay * (1 << attempt);
            await Task.Delay(wait > pause ? wait : pause, parts.Clock, cancellationToken);
        }
    }

    private Task<ManifestFetch> FetchAsync(
        SubmittedManifest submitted, BulkManifest manifest, ImmutableArray<ManifestFile> files, string folder,
        EgressAllowance allowance, CredentialProvider? credential, bool isDraft, Action<int> progress, CancellationToken cancellationToken) =>
        parts.Fetcher.FetchAsync(
            new ManifestFetchRequest
            {
                // The draft's reference provider counts the empty string after the last line too: its counts are judged afterwards.
                Files = isDraft ? [.. files.Select(f => f with { Count = null })] : files,
                Folder = folder,
                Allowance = allowance,
                Credential = manifest.RequiresAccessToken ? credential : null,
                Headers = [.. submitted.Headers.Select(h => new EgressHeader(h.Name, h.Value))],
                Parallel = parts.Options.FilesAtOnce,
                MostRetries = parts.Options.MostRetries,
                RetryDelay = parts.Options.RetryDelay,
                Progress = p => progress(p.Fetched),
                RefreshLinks = token => RefreshAsync(submitted, files, allowance, credential, token),
            },
            cancellationToken);

    /// <summary>Fresh links; none where the manifest says what it said before.</summary>
    private async Task<IReadOnlyList<ManifestFile>?> RefreshAsync(
        SubmittedManifest submitted, ImmutableArray<ManifestFile> before, EgressAllowance allowance, CredentialProvider? credential, CancellationToken cancellationToken)
    {
        var reading = await reader.ReadAsync(submitted, allowance, credential, cancellationToken);
        if (!reading.IsRead)
            return null;
        var files = reading.Manifest.Files.Where(f => f.Kind != ManifestFileKind.Outcome).ToList();
        return files.Select(f => f.Url.AbsoluteUri).ToHashSet(StringComparer.Ordinal).SetEquals(before.Select(f => f.Url.AbsoluteUri)) ? null : files;
    }

    private static (List<SpooledFile> Whole, List<ManifestFinding> Faults) Judge(
        ManifestFetch fetch, ImmutableArray<ManifestFile> files, string submission, bool isDraft)
    {
        var whole = new List<SpooledFile>(files.Length);
        var faults = new List<ManifestFinding>();
        for (var i = 0; i < files.Length; i++)
        {
            var shown = EgressUrl.Shown(files[i].Url);
            var (spooled, fault) = (fetch.Files[i].Spooled, fetch.Files[i].Fault);
            if (spooled is null)
                faults.Add(new ManifestFinding(shown, CodeOf(fault!), $"{fault!.Code}: {fault.Detail}"));
            else if (isDraft && files[i].Count is { } promised && spooled.Lines is { } lines && promised != lines && promised != lines + 1)
                faults.Add(new ManifestFinding(shown, "incomplete", FormattableString.Invariant($"CountDiffers: {lines} resources, and the manifest says {promised}")));
            else
                whole.Add(spooled with { Path = Path.Combine(submission, Path.GetFileName(spooled.Path)) });
        }

        return (whole, faults);
    }

    private static string CodeOf(FileFault fault) => fault.Code switch
    {
        FileFaultCode.LinkExpired => "not-found",
        FileFaultCode.Unauthorized => "login",
        FileFaultCode.NotAllowed => "security",
        FileFaultCode.TooLarge => "too-costly",
        FileFaultCode.Busy or FileFaultCode.ServerError or FileFaultCode.Unreachable or FileFaultCode.TooSlow => "transient",
        FileFaultCode.WrongContent or FileFaultCode.Undecodable => "structure",
        _ => "incomplete",
    };
}

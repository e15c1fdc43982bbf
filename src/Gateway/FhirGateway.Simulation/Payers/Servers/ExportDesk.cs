using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Simulation.Http;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>Kick-off, polling, files and deletion of exports.</summary>
internal sealed class ExportDesk(PayerServer payer, DialectTraits traits, TimeProvider time)
{
    private static readonly TimeSpan Expiry = TimeSpan.FromHours(24);
    private readonly Lock gate = new();
    private readonly List<PayerJob> jobs = [];
    private readonly List<string> leaks = [];
    private int links;

    public ImmutableArray<PayerJob> Jobs
    {
        get
        {
            lock (gate)
                return [.. jobs];
        }
    }

    public ImmutableArray<string> Leaks
    {
        get
        {
            lock (gate)
                return [.. leaks];
        }
    }

    public void ExpireLinks() => Interlocked.Increment(ref links);

    public async Task KickOffAsync(HttpExchange exchange, string path, CancellationToken cancellationToken)
    {
        var request = exchange.Request;
        var parts = path.Split('/');
        var isDaVinci = parts[^1] == "$davinci-data-export";
        var group = parts is ["Group", _, _] ? Uri.UnescapeDataString(parts[1]) : null;
        var known = parts switch
        {
            ["$export"] => traits.System,
            ["Patient", "$export"] => traits.Patients,
            ["Group", var id, "$export" or "$davinci-data-export"] => traits.Groups && payer.Holdings.HasGroup(Uri.UnescapeDataString(id)),
            _ => false,
        };
        var refusal = !known ? (404, "not-found", "no such operation or Group")
            : request.Method == "GET" ? (traits.Get && !isDaVinci ? default : (405, "not-supported", "only POST"))
            : request.Method != "POST" || !(traits.Post || isDaVinci) ? (405, "not-supported", "only GET")
            : default;
        if (refusal == default && request.Header("Prefer")?.Contains("respond-async", StringComparison.Ordinal) != true)
            refusal = (400, "required", "Prefer: respond-async is missing");
        if (refusal == default && request.Header("Accept")?.Contains("application/fhir+json", StringComparison.Ordinal) != true)
            refusal = (400, "required", "Accept: application/fhir+json is missing");
        if (refusal == default && Jobs.Count(j => j is { IsDeleted: false, IsDone: false }) >= payer.Options.MostJobs)
        {
            await PayerServer.OutcomeAsync(exchange, 429, "throttled", "finish the running export first", cancellationToken, KeyValuePair.Create("Retry-After", "1"));
            return;
        }

        var lenient = request.Header("Prefer")?.Contains("handling=lenient", StringComparison.Ordinal) == true;
        ExportRequest? asked = null;
        if (refusal == default)
        {
            try
            {
                asked = ExportRequestReader.Read(request, Url(request), group, traits);
            }
            catch (FormatException e)
            {
                refusal = (400, "invalid", e.Message);
            }

            if (asked is { Unknown.Length: > 0 } && !lenient)
                refusal = (400, "not-supported", "unknown parameters: " + string.Join(", ", asked.Unknown));
        }

        if (refusal != default)
        {
            await PayerServer.OutcomeAsync(exchange, refusal.Item1, refusal.Item2, refusal.Item3, cancellationToken);
            return;
        }

        var job = Add(asked!, lenient);
        await exchange.AnswerAsync(202, cancellationToken, KeyValuePair.Create("Content-Location", payer.Origin + "/jobs/" + job.Id));
    }

    /// <summary>A job of files that were made otherwise (a match, say).</summary>
    public PayerJob Add(ExportRequest request, IEnumerable<ServedFile> files)
    {
        lock (gate)
        {
            var job = new PayerJob { Id = (jobs.Count + 1).ToString(CultureInfo.InvariantCulture), Request = request, TransactionTime = time.GetUtcNow(), Files = [.. files] };
            jobs.Add(job);
            return job;
        }
    }

    public async Task AnswerJobAsync(HttpExchange exchange, string[] path, CancellationToken cancellationToken)
    {
        var job = Jobs.FirstOrDefault(j => j.Id == path[1] && !j.IsDeleted);
        if (job is null)
        {
            await PayerServer.OutcomeAsync(exchange, 404, "not-found", "no such job", cancellationToken);
            return;
        }

        if (exchange.Request.Method == "DELETE")
        {
            Change(job.Id, j => j with { IsDeleted = true });
            await exchange.AnswerAsync(202, cancellationToken);
            return;
        }

        if (path.Length > 2)
        {
            await SendPageAsync(exchange, job, int.Parse(path[2], NumberStyles.None, CultureInfo.InvariantCulture), cancellationToken);
            return;
        }

        job = Change(job.Id, j => j with { Polls = j.Polls + 1 });
        if (job.Polls <= payer.Options.PollsUntilDone)
            await SendProgressAsync(exchange, job, cancellationToken);
        else
            await SendPageAsync(exchange, job, 0, cancellationToken);
    }

    public async Task ServeFileAsync(HttpExchange exchange, string[] path, CancellationToken cancellationToken)
    {
        var request = exchange.Request;
        var job = Jobs.FirstOrDefault(j => path.Length == 3 && j.Id == path[1] && !j.IsDeleted);
        var file = job?.Files.FirstOrDefault(f => f.Name == path[2]);
        if (payer.Options.FilesNeedToken && payer.Options.Clients.Length > 0)
        {
            if (!payer.Tokens.IsAuthorized(request))
            {
                await PayerServer.OutcomeAsync(exchange, 401, "login", "no token, or one that is not good", cancellationToken);
                return;
            }
        }
        else if (request.Header("Authorization") is not null)
        {
            // The URL itself is the right to the file; a token beside it is shown to a host that it is not for.
            lock (gate)
                leaks.Add("Authorization at " + request.Path);
        }

        if (file is null)
            await PayerServer.OutcomeAsync(exchange, 404, "not-found", "no such file", cancellationToken);
        else if (request.Parameter("sig") != Signature())
            await PayerServer.OutcomeAsync(exchange, 403, "expired", "the link has expired", cancellationToken);
        else
            await exchange.ServeAsync(file.Content, "application/fhir+ndjson", payer.Options.Gzip, cancellationToken);
    }

    private PayerJob Add(ExportRequest request, bool lenient)
    {
        var files = JobFiles.Make(request, payer.Holdings.Select(request), traits, payer.Options, lenient);
        return Add(request, [.. files, .. payer.FixedFiles.Where(f => request.Types.Length == 0 || f.Type is null || request.Types.Contains(f.Type))]);
    }

    private PayerJob Change(string id, Func<PayerJob, PayerJob> change)
    {
        lock (gate)
        {
            var at = jobs.FindIndex(j => j.Id == id);
            return jobs[at] = change(jobs[at]);
        }
    }

    private async Task SendProgressAsync(HttpExchange exchange, PayerJob job, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string>> headers = [KeyValuePair.Create("X-Progress", string.Create(CultureInfo.InvariantCulture, $"{100 * job.Polls / (payer.Options.PollsUntilDone + 1)}%"))];
        if (payer.Options.RetryAfter is { } later)
            headers.Add(KeyValuePair.Create("Retry-After", later));
        if (payer.Options.Partial && job.Request.AllowsPartial)
        {
            // What is there so far, in the order in which it will stand in the whole.
            var some = job.Files.Take(job.Files.Length * job.Polls / (payer.Options.PollsUntilDone + 1));
            var manifest = ManifestWriter.Write(job, some, traits, payer.Options, f => LinkOf(job, f), null);
            payer.EditManifest?.Invoke(manifest);
            await PayerServer.JsonAsync(exchange, 202, manifest, "application/json", cancellationToken, [.. headers]);
            return;
        }

        await exchange.AnswerAsync(202, cancellationToken, [.. headers]);
    }

    private async Task SendPageAsync(HttpExchange exchange, PayerJob job, int page, CancellationToken cancellationToken)
    {
        var size = payer.Options.FilesPerPage is { } most && traits.Pages ? most : int.MaxValue;
        var files = job.Files.Skip(page * size).Take(size);
        var isLast = (page + 1L) * size >= job.Files.Length;
        var next = isLast ? null : string.Create(CultureInfo.InvariantCulture, $"{payer.Origin}/jobs/{job.Id}/{page + 1}");
        var manifest = ManifestWriter.Write(job, files, traits, payer.Options, f => LinkOf(job, f), next);
        payer.EditManifest?.Invoke(manifest);
        if (isLast)
            Change(job.Id, j => j with { IsDone = true });
        await PayerServer.JsonAsync(exchange, 200, manifest, "application/json", cancellationToken,
            KeyValuePair.Create("Expires", (time.GetUtcNow() + Expiry).ToString("R", CultureInfo.InvariantCulture)));
    }

    private string LinkOf(PayerJob job, ServedFile file) => $"{payer.FilesOrigin}/files/{job.Id}/{file.Name}?sig={Signature()}";

    private string Signature() => "s" + Volatile.Read(ref links).ToString(CultureInfo.InvariantCulture);

    private string Url(RecordedRequest request) =>
        payer.Origin + request.Path + (request.Query.Length == 0 ? "" : "?" + string.Join('&', request.Query.Select(q => Uri.EscapeDataString(q.Key) + "=" + Uri.EscapeDataString(q.Value))));
}

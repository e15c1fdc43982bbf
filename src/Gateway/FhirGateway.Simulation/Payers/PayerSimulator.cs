using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FhirGateway.Simulation.Access;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Payers;

/// <summary>A payer: pushes its roster, its opt-outs and its NDJSON files to the gateway over HTTP, with tokens of its own client.</summary>
public sealed class PayerSimulator(HttpClient http, ClientFile client, TimeProvider time) : IDisposable
{
    private const string NdjsonPath = "intake/ndjson";
    private readonly AccessTokens tokens = new(http, client, time);

    /// <summary>
    /// The whole job in the order that leaves no doubt about the outcome: roster, opt-outs, then directory and patients, then the
    /// records that refer to them, each when the one before is answered.
    /// </summary>
    /// <returns>The answers, in the order of sending; the first refusal ends the job.</returns>
    public async Task<IReadOnlyList<IntakeAnswer>> SendAllAsync(PayerScript script, bool gzip, CancellationToken cancellationToken)
    {
        List<IntakeAnswer> answers = [await SendRosterAsync(PayerTables.Roster(script.World, script.Payer), cancellationToken)];
        if (answers[^1].IsAccepted && PayerTables.OptOuts(script.World, script.Payer) is { } optOuts)
            answers.Add(await SendOptOutsAsync(optOuts, cancellationToken));
        if (answers[^1].IsAccepted)
            answers.Add(await SendBulkAsync(script, BulkSections.Directory | BulkSections.Patients, "people.ndjson", gzip, cancellationToken));
        if (answers[^1].IsAccepted)
            answers.Add(await SendBulkAsync(script, BulkSections.Records, "records.ndjson", gzip, cancellationToken));
        return answers;
    }

    /// <summary>Sends sections of the payer's data as one file, made while it is sent.</summary>
    public Task<IntakeAnswer> SendBulkAsync(PayerScript script, BulkSections sections, string fileName, bool gzip, CancellationToken cancellationToken) =>
        SendNdjsonAsync((stream, cancel) => BulkFile.WriteAsync(script, stream, sections, cancel), fileName, gzip, cancellationToken);

    /// <summary>Sends any NDJSON; <paramref name="write"/> may be called again if the token has to be renewed.</summary>
    public Task<IntakeAnswer> SendNdjsonAsync(Func<Stream, CancellationToken, Task> write, string fileName, bool gzip, CancellationToken cancellationToken) =>
        SendAsync(NdjsonPath, () => new StreamedContent("application/fhir+ndjson", gzip, write), fileName, cancellationToken);

    public Task<IntakeAnswer> SendRosterAsync(ReadOnlyMemory<byte> csv, CancellationToken cancellationToken) =>
        SendCsvAsync("intake/roster", csv, "roster.csv", cancellationToken);

    public Task<IntakeAnswer> SendOptOutsAsync(ReadOnlyMemory<byte> csv, CancellationToken cancellationToken) =>
        SendCsvAsync("intake/optout", csv, "optout.csv", cancellationToken);

    private Task<IntakeAnswer> SendCsvAsync(string path, ReadOnlyMemory<byte> csv, string fileName, CancellationToken cancellationToken) =>
        SendAsync(path, () => new ReadOnlyMemoryContent(csv) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") { CharSet = "utf-8" } } }, fileName, cancellationToken);

    private async Task<IntakeAnswer> SendAsync(string path, Func<HttpContent> content, string fileName, CancellationToken cancellationToken)
    {
        var answer = await SendOnceAsync(path, content, fileName, cancellationToken);
        if (answer.Status != (int)HttpStatusCode.Unauthorized)
            return answer;
        tokens.Forget();
        return await SendOnceAsync(path, content, fileName, cancellationToken);
    }

    private async Task<IntakeAnswer> SendOnceAsync(string path, Func<HttpContent> content, string fileName, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(client.BaseUrl, path)) { Content = content() };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetAsync(cancellationToken));
        request.Headers.Add("X-File-Name", fileName);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return new IntakeAnswer((int)response.StatusCode, Parse(body));
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // A proxy's error page, say: the status still tells the caller what happened.
            return default;
        }
    }

    public void Dispose() => tokens.Dispose();
}

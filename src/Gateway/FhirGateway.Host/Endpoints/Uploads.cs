using System.Collections.Concurrent;
using System.Security.Cryptography;
using FhirGateway.Adapters.Files;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Quarantine;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Endpoints;

/// <summary>Takes uploads in, each request once: a repeated Idempotency-Key gets the first receipt again, or a conflict if the body differs.</summary>
internal sealed class Uploads(Engine engine, TimeProvider clock)
{
    private const int MostHeldShown = 20;

    /// <summary>How long an Idempotency-Key is remembered.</summary>
    private static readonly TimeSpan KeyLife = TimeSpan.FromDays(7);

    private readonly ConcurrentDictionary<(string Owner, string Key), bool> inFlight = new();

    /// <summary>Makes the body durable, or recognises it; null where the key was used for another body or is in use at this moment.</summary>
    /// <exception cref="IOException">It could not be made durable: nothing was accepted.</exception>
    public async Task<ClientUpload?> TakeAsync(Source source, string client, string? key, string name, Stream body, CancellationToken cancellationToken)
    {
        if (key is null)
            return await AcceptAsync(source, client, null, name, body, cancellationToken);
        if (!inFlight.TryAdd((source.Id, key), true))
            return null;
        try
        {
            var known = await engine.Store.WriteAsync(StateLane.Messages, tx => tx.Clients.FindUpload(source.Id, key), cancellationToken);
            if (known is null || known.AcceptedAt < clock.GetUtcNow() - KeyLife)
                return await AcceptAsync(source, client, key, name, body, cancellationToken);
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(body, cancellationToken));
            return hash == known.Sha256 ? known : null;
        }
        finally
        {
            inFlight.TryRemove((source.Id, key), out _);
        }
    }

    /// <summary>The receipt of a submission of this source; null for an unknown one and for another's.</summary>
    public Task<SubmissionReceipt?> FindAsync(Source source, string submission, CancellationToken cancellationToken) =>
        engine.Store.WriteAsync(StateLane.Messages, tx =>
        {
            var upload = tx.Clients.FindUpload(submission);
            var processed = tx.Submissions.Find(submission);
            var isOwn = upload is null ? processed?.Source == source.Number : upload.Owner == source.Id;
            return isOwn ? SubmissionReceipt.Of(source.Id, upload, processed, HeldOf(processed), engine.Reader.ReportsOf(submission)) : null;
        }, cancellationToken);

    private IReadOnlyList<QuarantinedItem> HeldOf(Submission? processed) =>
        processed is { Counts.Held: > 0 } ? engine.Reader.HeldOf(processed.Entry, MostHeldShown) : [];

    private async Task<ClientUpload> AcceptAsync(Source source, string client, string? key, string name, Stream body, CancellationToken cancellationToken)
    {
        var accepted = await engine.BulkIntake.AcceptAsync(source, client, [new BulkUpload(name, body)], cancellationToken);
        var upload = new ClientUpload
        {
            Submission = accepted.Submission,
            Owner = source.Id,
            Client = client,
            Key = key,
            Name = accepted.Files[0].Name,
            Length = accepted.Files[0].Length,
            Sha256 = accepted.Files[0].Sha256,
            AcceptedAt = clock.GetUtcNow(),
        };
        // The journal holds it: from here on the sender's going away changes nothing.
        await engine.Store.WriteAsync(StateLane.Messages, tx =>
        {
            tx.Clients.Insert(upload, upload.AcceptedAt - KeyLife);
            return true;
        }, CancellationToken.None);
        return upload;
    }
}

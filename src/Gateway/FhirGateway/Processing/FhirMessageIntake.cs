using FhirGateway.Contracts;
using FhirGateway.FeedHealth;
using FhirGateway.Journal;
using FhirGateway.Normalization.FhirMessages;
using FhirGateway.Organizations;

namespace FhirGateway.Processing;

/// <summary>Takes FHIR messages: read first, so that whatever is wrong is said at once; accepted only after the bytes are durable.</summary>
public sealed class FhirMessageIntake(IJournal journal, SourceSettings settings, TimeProvider clock)
{
    /// <summary>The health of feeds, told of every message that is refused.</summary>
    public FeedLedger? Feeds { get; init; }

    /// <summary>Throws <see cref="IOException"/> where the message could not be made durable: then nothing was accepted.</summary>
    public async ValueTask<FhirMessageAnswer> ReceiveAsync(ReadOnlyMemory<byte> message, Source source, CancellationToken cancellationToken)
    {
        var receivedAt = clock.GetUtcNow();
        var reading = FhirMessageReader.Read(message, settings.Of(source).FhirMessages, receivedAt);
        if (reading.Event is null)
        {
            Feeds?.Refused(null, reading.IsUnreadable ? ReasonCodes.Unreadable : ReasonCodes.Structure, receivedAt, source.Id);
            return new FhirMessageAnswer(false, reading.IsUnreadable, reading.Faults);
        }

        await journal.AppendAsync(new JournalEntry(EntryKind.FhirMessage, source.Number, receivedAt, "", message), cancellationToken);
        GatewayTelemetry.Accepted.Add(1, new KeyValuePair<string, object?>("kind", "fhir-message"));
        return new FhirMessageAnswer(true, false, []);
    }
}

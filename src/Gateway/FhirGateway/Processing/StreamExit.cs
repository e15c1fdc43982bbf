using FhirGateway.Audit;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Publications;

namespace FhirGateway.Processing;

/// <summary>Hands over entries of a participant's own stream. The delivery record is committed before the first byte is returned.</summary>
public sealed class StreamExit(IStateStore store, IStreamLog log, IBodyStore bodies)
{
    private const int MostBytes = 4 << 20;

    /// <summary>
    /// The entries after a sequence, at most <paramref name="most"/> and about 4 MiB; an empty page at the end of the stream.
    /// An event that was taken back between reading and recording the read is returned taken back.
    /// </summary>
    public async Task<StreamPage> ReadAsync(
        Participant participant, string client, string stream, long after, int most, CancellationToken cancellationToken)
    {
        var found = Cut(log.Read(participant.Number, stream, after, most));
        if (found.Count == 0)
            return new StreamPage([], after);
        var last = found[^1].Sequence;
        await store.WriteAsync(StateLane.Messages, tx =>
        {
            tx.Publications.SetDelivered(participant.Number, stream, last);
            tx.Audit.Append(new AuditRecord(AuditKinds.Delivery, DeliveryJson.Of(participant.Id, client, stream, found[0].Sequence, last)));
            return true;
        }, cancellationToken);
        // Read again: what an opt-out took back before the delivery was recorded must not leave.
        found = Cut(log.Read(participant.Number, stream, after, found.Count)).Where(p => p.Sequence <= last).ToList();
        var lines = new List<ReadOnlyMemory<byte>>(found.Count);
        foreach (var publication in found)
            lines.Add(StreamEntryJson.Write(publication, participant.Id, BodyOf(publication)));
        return new StreamPage(lines, last);
    }

    private byte[] BodyOf(Publication publication) =>
        publication.Withdrawn is not null || publication.Inline is not null ? [] : bodies.Read(publication.Body);

    private static List<Publication> Cut(IReadOnlyList<Publication> found)
    {
        var page = new List<Publication>(found.Count);
        var bytes = 0L;
        foreach (var publication in found)
        {
            bytes += publication.Body.Length + 512;
            if (page.Count > 0 && bytes > MostBytes)
                break;
            page.Add(publication);
        }

        return page;
    }
}

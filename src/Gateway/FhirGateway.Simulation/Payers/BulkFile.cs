using FhirGateway.Simulation.Text;

namespace FhirGateway.Simulation.Payers;

/// <summary>Writes a payer's data as NDJSON. Equal worlds give equal bytes; nothing grows with the size of the file.</summary>
public static class BulkFile
{
    private const int BlockSize = 256 * 1024;

    /// <summary>
    /// Writes the sections in the order directory, patients, records, so that everything referred to precedes what refers to it.
    /// </summary>
    /// <returns>Resources and bytes written.</returns>
    public static async Task<BulkCount> WriteAsync(PayerScript script, Stream destination, BulkSections sections, CancellationToken cancellationToken)
    {
        var text = new TextBuffer(BlockSize + 16 * 1024);
        var writer = new ResourceWriter(script, text);
        var (resources, bytes) = (0L, 0L);
        foreach (var fact in Facts(script, sections))
        {
            writer.Write(fact);
            resources++;
            if (text.Length < BlockSize)
                continue;
            await destination.WriteAsync(text.Written, cancellationToken);
            bytes += text.Length;
            text.Clear();
        }
        await destination.WriteAsync(text.Written, cancellationToken);
        return new BulkCount(resources, bytes + text.Length);
    }

    private static IEnumerable<ResourceFact> Facts(PayerScript script, BulkSections sections)
    {
        var facts = Enumerable.Empty<ResourceFact>();
        if (sections.HasFlag(BulkSections.Directory))
            facts = facts.Concat(script.Directory());
        if (sections.HasFlag(BulkSections.Patients))
            facts = facts.Concat(script.Patients());
        if (sections.HasFlag(BulkSections.Records))
            facts = facts.Concat(script.Records());
        return facts;
    }
}

using FhirGateway.Contracts;
using FhirGateway.Normalization;

namespace FhirGateway.Processing;

/// <summary>
/// Recognises lines that are what the source sent last time: most of a repeated export. A first load would pay for asking and find
/// nothing, so where nothing is found only a sample is asked, until something is.
/// </summary>
public sealed class UnchangedLines(IKnownLines known, string source)
{
    private const int Sample = 32;
    private const int Window = 512;
    private int asked;
    private int found;
    private int skipped;

    /// <summary>The item of a line that needs no reading; null where it must be read.</summary>
    public BulkItem? Find(ReadOnlySpan<byte> line, Guid mark, int file, long number, string? promised)
    {
        if (!MayAsk() || LineIdentity.Find(line) is not { } identity || (promised is not null && identity.Type != promised))
            return null;
        var id = PublishedId.Create(source, identity.Type, identity.Id);
        if (known.Find(id) is not { } last || last.Mark != mark)
            return null;
        Interlocked.Increment(ref found);
        var findings = known.Findings(last.Findings);
        return new BulkItem
        {
            File = file,
            Line = number,
            Unchanged = (id, identity.Type, identity.Id),
            Mark = mark,
            Findings = findings.Counts,
            Expressions = findings.Expressions,
        };
    }

    /// <summary>The counters are hints: a lost update of two workers costs one question more or less.</summary>
    private bool MayAsk()
    {
        if (asked >= Window)
        {
            var isWorthIt = found * 8 >= asked;
            if (!isWorthIt && ++skipped % Sample != 0)
                return false;
            if (isWorthIt || asked >= 2 * Window)
                asked = found = 0;
        }

        Interlocked.Increment(ref asked);
        return true;
    }
}

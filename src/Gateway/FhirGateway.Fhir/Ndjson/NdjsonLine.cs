namespace FhirGateway.Fhir.Ndjson;

/// <summary>One line of an NDJSON input.</summary>
/// <param name="Number">From 1, blank lines counted.</param>
/// <param name="Offset">Of its first byte in the inflated input, from 0.</param>
/// <param name="Length">Bytes without the line end; also of a line that was skipped.</param>
/// <param name="Bytes">The line without its end, valid until the next read; empty if oversized.</param>
public readonly record struct NdjsonLine(long Number, long Offset, long Length, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Longer than <see cref="NdjsonLimits.MaxLineBytes"/>, and skipped.</summary>
    public bool IsOversized => Bytes.IsEmpty;
}

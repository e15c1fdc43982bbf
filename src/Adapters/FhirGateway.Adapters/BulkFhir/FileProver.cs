using System.Buffers;
using FhirGateway.Adapters.Egress;
using FhirGateway.Fhir.Ndjson;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Proves that the bytes in a partial file are the whole file, can be read to their end, and are what the manifest promises.</summary>
internal sealed class FileProver(FileRequest request)
{
    private const int BufferSize = 256 * 1024;

    /// <summary>The proof, or what differs.</summary>
    /// <param name="part">All bytes that came.</param>
    /// <param name="isEndMarked">The last answer was chunked: its end came.</param>
    /// <param name="cancellationToken">Ends the reading of a compressed file.</param>
    public async Task<(FileProof? Proof, FileFault? Fault)> ProveAsync(PartialFile part, bool isEndMarked, CancellationToken cancellationToken)
    {
        using var inflated = part.IsGzip ? new LineTally(request.Limits.MaxLineBytes, request.Sha256 is not null) : null;
        var content = inflated ?? part.Plain;
        var fault = inflated is null ? null : await InflateAsync(part, inflated, cancellationToken);
        fault ??= Judge(part, content, content.Finish(), isEndMarked);
        return fault is null
            ? (new FileProof(part.Length, part.Sha256(), content.Lines, content.Length), null)
            : (null, fault with { Detail = $"{EgressUrl.Shown(request.Url)}: {fault.Detail}" });
    }

    private async Task<FileFault?> InflateAsync(PartialFile part, LineTally tally, CancellationToken cancellationToken)
    {
        await using var stream = new SpoolReader(part.Handle, part.Length);
        await using var source = new InflatingSource(stream, request.Limits);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
                tally.Append(buffer.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return source.End switch
        {
            NdjsonEnd.Complete => null,
            NdjsonEnd.Truncated => new FileFault(FileFaultCode.Short, "its compressed bytes stop before their end"),
            NdjsonEnd.TooLarge => new FileFault(FileFaultCode.TooLarge, $"it inflates to more than {request.Limits.MaxBytes} bytes"),
            NdjsonEnd.RatioTooHigh => new FileFault(FileFaultCode.TooLarge, $"it inflates by more than {request.Limits.MaxRatio}"),
            NdjsonEnd.NestedGzip => new FileFault(FileFaultCode.Undecodable, "it is gzip within gzip"),
            _ => new FileFault(FileFaultCode.Undecodable, "its compressed bytes are damaged, or followed by others"),
        };
    }

    private FileFault? Judge(PartialFile part, LineTally content, bool isWhole, bool isEndMarked)
    {
        if (part.Encoding == "gzip" && !part.IsGzip && (part.Length > 0 || (part.Total is null && !isEndMarked)))
            return part.Length < 2 ? new(FileFaultCode.Short, "it ends before its compressed bytes begin") : new(FileFaultCode.Undecodable, "it is announced as gzip and is none");
        if (!content.StartsAsObject)
            return new FileFault(FileFaultCode.WrongContent, "its first line is no JSON object");
        if (!isWhole)
            return new FileFault(FileFaultCode.Short, "it ends in the middle of a line");
        if (content.IsBrokenAtJoin)
            return new FileFault(FileFaultCode.Changed, "the parts in which it came do not fit together");
        if (part.Total is null && !isEndMarked && !part.IsGzip && request is { Count: null, FileSize: null, Sha256: null })
            return new FileFault(FileFaultCode.LengthUnproven, "nothing says where it ends: no length, no chunks, no compression, no count");
        if (request.FileSize is { } size && size != part.Length && size != content.Length)
            return new FileFault(FileFaultCode.SizeDiffers, $"{part.Length} bytes came{(part.IsGzip ? $", {content.Length} inflated" : "")}, and the manifest says {size}");
        if (request.Count is { } count && count != content.Lines && !(request.IsOrganized && count == content.Lines - content.HeaderLines))
            return new FileFault(FileFaultCode.CountDiffers, $"{content.Lines} resources came, and the manifest says {count}");
        return ChecksumFits(part, content) ? null : new FileFault(FileFaultCode.ChecksumDiffers, "its SHA-256 is not the one in the manifest");
    }

    private bool ChecksumFits(PartialFile part, LineTally content)
    {
        const string Prefix = "sha256:";
        if (request.Sha256 is not { } text)
            return true;
        var wanted = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : text;
        return wanted.Equals(part.Sha256(), StringComparison.OrdinalIgnoreCase) || wanted.Equals(content.Sha256(), StringComparison.OrdinalIgnoreCase);
    }
}

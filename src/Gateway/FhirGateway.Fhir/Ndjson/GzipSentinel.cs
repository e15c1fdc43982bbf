using System.IO.Compression;

namespace FhirGateway.Fhir.Ndjson;

/// <summary>
/// A gzip member that is put behind compressed input. The platform's decompressor does not tell cut-off data from complete
/// ones; only behind complete ones does this member inflate to its mark.
/// </summary>
internal static class GzipSentinel
{
    public static readonly byte[] Mark = [0x91, 0xF3, 0x0A, 0xC4, 0x5E, 0x87, 0xD9, 0x1B, 0x62, 0xEE, 0x0D, 0xA8, 0xF7, 0x33, 0x9C, 0x41];
    public static readonly byte[] Member = Compress();

    private static byte[] Compress()
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Mark);
        return stream.ToArray();
    }
}

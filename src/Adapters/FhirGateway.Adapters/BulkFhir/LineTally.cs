using System.Security.Cryptography;
using System.Text.Json;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Counts the lines of NDJSON as its bytes pass, and keeps the last one until it is complete. Bytes may come in pieces of any
/// size. Whether each line is good FHIR is not its question: a bad line is one bad line, but a line that was cut, or put
/// together from two halves, says that the file is not what was sent.
/// </summary>
internal sealed class LineTally : IDisposable
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 512 };
    private readonly IncrementalHash? hash;
    private readonly int mostLineBytes;
    private readonly MemoryStream open = new();
    private bool isOversized;
    private bool checksNext;

    /// <param name="mostLineBytes">Longest line that is kept to be looked at.</param>
    /// <param name="hashes">Whether the bytes are hashed too.</param>
    public LineTally(int mostLineBytes, bool hashes)
    {
        this.mostLineBytes = mostLineBytes;
        hash = hashes ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Lines that are not blank; the open one counts once <see cref="Finish"/> was called.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines that head a block of organized output.</summary>
    public long HeaderLines { get; private set; }

    /// <summary>The first byte that is not blank opens an object; true while there is none.</summary>
    public bool StartsAsObject { get; private set; } = true;

    /// <summary>A line into which two answers were joined is no JSON object.</summary>
    public bool IsBrokenAtJoin { get; private set; }

    /// <summary>Lower-case hex, where it was asked for.</summary>
    public string? Sha256() => hash is null ? null : Convert.ToHexStringLower(hash.GetCurrentHash());

    /// <summary>What follows comes from another answer: the line that it continues must be whole.</summary>
    public void Join() => checksNext = true;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        hash?.AppendData(bytes);
        Length += bytes.Length;
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var rest = bytes[..end];
            if (open.Length > 0 || isOversized)
            {
                Keep(rest);
                Take(open.GetBuffer().AsSpan(0, (int)open.Length));
                open.SetLength(0);
                isOversized = false;
            }
            else
            {
                Take(rest);
            }

            bytes = bytes[(end + 1)..];
        }

        Keep(bytes);
    }

    /// <summary>Ends the last line; false where it has no line end and is no JSON object: it was cut.</summary>
    public bool Finish()
    {
        var last = WithoutMark(open.GetBuffer().AsSpan(0, (int)open.Length));
        if (!isOversized && last.IndexOfAnyExcept(" \t\r"u8) < 0)
            return true;
        Take(last);
        return !isOversized && IsObject(last);
    }

    public void Dispose()
    {
        hash?.Dispose();
        open.Dispose();
    }

    /// <summary>A byte order mark before the first line is no part of it.</summary>
    private ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line) => Lines == 0 && line.StartsWith("\uFEFF"u8) ? line[3..] : line;

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (isOversized || bytes.IsEmpty)
            return;
        if (open.Length + bytes.Length > mostLineBytes)
            isOversized = true;
        else
            open.Write(bytes);
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        line = WithoutMark(line);
        var first = line.IndexOfAnyExcept(" \t\r"u8);
        if (first < 0 && !isOversized)
            return;
        if (Lines++ == 0)
            StartsAsObject = first >= 0 && line[first] == '{';
        if (line[..Math.Min(line.Length, 100)].IndexOf("\"Parameters\""u8) >= 0)
            HeaderLines++;
        if (checksNext && !isOversized && !IsObject(line))
            IsBrokenAtJoin = true;
        checksNext = false;
    }

    private static bool IsObject(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, Strict);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

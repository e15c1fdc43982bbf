using System.Buffers;
using System.Text;

namespace FhirGateway.Fhir.Packages;

/// <summary>
/// The files of a tar stream (POSIX.1-1988 ustar, pax and GNU long names), one after the other. System.Formats.Tar takes
/// memory for what a header promises (pax attributes, long names) before any limit can be checked; here nothing is taken unchecked.
/// </summary>
internal sealed class TarSource(Stream stream, string file, PackageLimits limits)
{
    private const int Block = 512;
    private const int MaxNameBytes = 4096;
    private const int MaxAttributeBytes = 64 << 10;

    private readonly byte[] header = new byte[Block];
    private long inflated;
    private long rest;
    private int entries;

    /// <summary>Name of the current file, with / between its steps, without a leading <c>./</c>.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Bytes of the current file.</summary>
    public int Length { get; private set; }

    /// <summary>Moves to the next file; what was not read of the current one is passed over.</summary>
    /// <exception cref="PackageException">The archive is corrupt, too large or hostile.</exception>
    public bool MoveNext()
    {
        string? longName = null;
        long? longSize = null;
        while (true)
        {
            Skip();
            if (!ReadHeader())
                return false;
            var type = (char)header[156];
            var size = longSize ?? Number(124, 12, "size");
            var name = longName ?? HeaderName();
            if (type is 'x' or 'L')
            {
                var data = Attributes(type == 'x' ? MaxAttributeBytes : MaxNameBytes, size, name);
                if (type == 'L')
                    longName = Text(data);
                else
                    (longName, longSize) = Pax(data, longName, longSize);
                continue;
            }
            if (size > limits.MaxEntryBytes)
                throw Fault(PackageFaultCode.TooLarge, name, $"has more than {limits.MaxEntryBytes} bytes");
            rest = Padded(size);
            (longName, longSize) = (null, null);
            if (type is 'g' or 'K')
                continue;
            Name = Checked(name);
            Length = (int)size;
            switch (type)
            {
                case '0' or '\0' or '7':
                    return true;
                case '5':
                    continue;
                case '1' or '2':
                    throw Fault(PackageFaultCode.Hostile, name, "is a link");
                default:
                    throw Fault(PackageFaultCode.Hostile, name, "is neither a file nor a folder");
            }
        }
    }

    /// <summary>The bytes of the current file.</summary>
    public byte[] ReadAll()
    {
        var bytes = new byte[Length];
        Fill(bytes, Name);
        rest -= bytes.Length;
        return bytes;
    }

    /// <summary>Reads what follows the archive, so that the checksum of the gzip stream is checked.</summary>
    public void Drain()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(8192);
        while (Read(buffer) > 0)
        {
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private bool ReadHeader()
    {
        Fill(header, "its next header");
        if (!header.AsSpan().ContainsAnyExcept((byte)0))
            return false;
        if (++entries > limits.MaxEntries)
            throw Fault(PackageFaultCode.TooLarge, null, $"has more than {limits.MaxEntries} entries");
        long sum = 8 * ' ';
        for (var i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? 0 : header[i];
        if (sum != Number(148, 8, "checksum"))
            throw Fault(PackageFaultCode.Corrupt, null, $"entry {entries} has a header with a wrong checksum");
        return true;
    }

    private long Number(int offset, int length, string field)
    {
        var text = header.AsSpan(offset, length).Trim(" \0"u8);
        long value = 0;
        foreach (var digit in text)
        {
            // Base 256 (a first byte of 0x80) is for files of 8 GiB and more: none that a package may hold.
            if (digit is < (byte)'0' or > (byte)'7')
                throw Fault(PackageFaultCode.Corrupt, null, $"entry {entries} has a header whose {field} is no octal number");
            value = (value * 8) + (digit - '0');
        }
        return value;
    }

    private string HeaderName()
    {
        var name = Text(header.AsSpan(0, 100));
        var prefix = header.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Text(header.AsSpan(345, 155)) : "";
        return prefix.Length == 0 ? name : prefix + "/" + name;
    }

    private byte[] Attributes(int most, long size, string name)
    {
        if (size > most)
            throw Fault(PackageFaultCode.TooLarge, name, $"has attributes of more than {most} bytes");
        var data = new byte[size];
        Fill(data, name);
        rest = Padded(size) - size;
        return data;
    }

    /// <summary>Records of the form <c>length key=value\n</c> (POSIX.1-2001, pax header block).</summary>
    private (string? Name, long? Size) Pax(ReadOnlySpan<byte> data, string? name, long? size)
    {
        while (!data.IsEmpty)
        {
            var space = data.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(data[..space], out var length) || length <= space + 1 || length > data.Length)
                throw Fault(PackageFaultCode.Corrupt, null, $"entry {entries} has pax attributes of a wrong form");
            var record = data[(space + 1)..length].TrimEnd((byte)'\n');
            data = data[length..];
            if (record.StartsWith("path="u8))
                name = record.Length <= MaxNameBytes ? Text(record["path="u8.Length..]) : throw Fault(PackageFaultCode.TooLarge, null, "has a name that is too long");
            else if (record.StartsWith("size="u8))
                size = long.TryParse(record["size="u8.Length..], out var number) && number >= 0 ? number
                    : throw Fault(PackageFaultCode.Corrupt, null, $"entry {entries} has pax attributes of a wrong form");
        }
        return (name, size);
    }

    private string Checked(string name)
    {
        if (name.StartsWith('/') || name.Contains('\\', StringComparison.Ordinal) || name is [_, ':', ..] || name.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
            throw Fault(PackageFaultCode.Hostile, name, "is no path inside a package");
        foreach (var step in name.AsSpan().Split('/'))
            if (name.AsSpan()[step] is "..")
                throw Fault(PackageFaultCode.Hostile, name, "is no path inside a package");
        return name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private static long Padded(long size) => (size + Block - 1) / Block * Block;

    private void Skip()
    {
        if (rest == 0)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(rest, 65536));
        while (rest > 0)
        {
            var read = Read(buffer.AsSpan(0, (int)Math.Min(rest, buffer.Length)));
            if (read == 0)
                throw Fault(PackageFaultCode.Corrupt, Name, "ends too early");
            rest -= read;
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Fill(Span<byte> target, string what)
    {
        while (!target.IsEmpty)
        {
            var read = Read(target);
            if (read == 0)
                throw new PackageException(PackageFaultCode.Corrupt, $"{file} ends within {Shown(what)}");
            target = target[read..];
        }
    }

    private int Read(Span<byte> target)
    {
        int read;
        try
        {
            read = stream.Read(target);
        }
        catch (InvalidDataException e)
        {
            throw new PackageException(PackageFaultCode.Corrupt, $"{file} is no gzip file: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new PackageException(PackageFaultCode.Unreadable, $"{file} cannot be read: {e.Message}", e);
        }
        inflated += read;
        return inflated <= limits.MaxInflatedBytes ? read
            : throw Fault(PackageFaultCode.TooLarge, null, $"has more than {limits.MaxInflatedBytes} bytes when inflated");
    }

    private PackageException Fault(PackageFaultCode code, string? entry, string why) =>
        new(code, entry is null ? $"{file} {why}" : $"{file}: entry {Shown(entry)} {why}");

    /// <summary>A name that somebody else chose, fit for one line of a message.</summary>
    private static string Shown(string name)
    {
        var cut = name.Length <= 120 ? name : name[..120] + "...";
        return string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c));
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FhirGateway.Adapters.Files;

/// <summary>
/// Append-only, checksummed records in segment files. A record's address is its offset in the whole log; a segment is
/// named by the address it begins at. Appends and <see cref="BeginSync"/> need the caller's lock, <see cref="CompleteSync"/>
/// runs beside further appends; any number of readers read what was synced.
/// Record: u32 length, u32 CRC-32C of length, group and payload, u64 address at which its sync group begins, payload (little
/// endian). A record whose group begins behind a damaged one proves that the damaged one had been synced. Behind the last record
/// there may be zeros: a sync that overwrites them is cheaper than one that makes the file longer.
/// </summary>
internal sealed class SegmentedLog : IDisposable
{
    public const int HeaderSize = 16;
    private static readonly byte[] Zeros = new byte[64 * 1024];
    private readonly string folder;
    private readonly long segmentSize;
    private readonly int ahead;
    private ArrayBufferWriter<byte> pending = new(256 * 1024);
    private ArrayBufferWriter<byte> syncing = new(256 * 1024);
    private ImmutableArray<Segment> segments;
    private long durableEnd;
    private long end;
    private long groupStart;
    private long zeroedEnd;
    private bool rollOver;

    /// <summary>Opens or creates the log; throws <see cref="InvalidDataException"/> when synced records are damaged.</summary>
    /// <param name="folder">Where its segments lie.</param>
    /// <param name="segmentSize">Bytes after which a segment is followed by the next.</param>
    /// <param name="ahead">Bytes of zeros written before they are needed: for syncs of few bytes.</param>
    public SegmentedLog(string folder, long segmentSize, int ahead = 0)
    {
        this.folder = folder;
        this.segmentSize = segmentSize;
        this.ahead = ahead;
        Directory.CreateDirectory(folder);
        segments = [.. Directory.EnumerateFiles(folder, "*.log").Order(StringComparer.Ordinal).Select(Open)];
        durableEnd = end = groupStart = segments.IsEmpty ? 0 : RecoverEnd(segments[^1]);
    }

    /// <summary>The end of what is durable: every record before it can be read.</summary>
    public long DurableEnd => Volatile.Read(ref durableEnd);

    /// <summary>The address that the next appended record will get.</summary>
    public long End => end;

    /// <summary>Appends to memory; nothing is durable until a sync completes.</summary>
    public long Append(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        var address = end;
        var length = first.Length + second.Length;
        var record = pending.GetSpan(HeaderSize + length);
        BinaryPrimitives.WriteInt32LittleEndian(record, length);
        first.CopyTo(record[HeaderSize..]);
        second.CopyTo(record[(HeaderSize + first.Length)..]);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], groupStart);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(groupStart, record.Slice(HeaderSize, length)));
        pending.Advance(HeaderSize + length);
        end = address + HeaderSize + length;
        return address;
    }

    /// <summary>Takes what is pending as the group that <see cref="CompleteSync"/> writes.</summary>
    public void BeginSync()
    {
        (pending, syncing) = (syncing, pending);
        groupStart = end;
    }

    /// <summary>
    /// Writes the group and syncs it. On failure nothing of it was accepted: the torn bytes are cut off and the next record
    /// starts in a fresh segment (no sync is ever retried on the same bytes); the caller must <see cref="Discard"/>.
    /// </summary>
    public void CompleteSync()
    {
        if (syncing.WrittenCount == 0)
            return;
        try
        {
            var segment = Current();
            RandomAccess.Write(segment.Handle, syncing.WrittenSpan, durableEnd - segment.Start);
            var groupEnd = durableEnd + syncing.WrittenCount;
            if (groupEnd > zeroedEnd)
                zeroedEnd = Zero(segment, groupEnd);
            DiskSync.Data(segment.Handle);
            Volatile.Write(ref durableEnd, groupEnd);
            syncing.ResetWrittenCount();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            rollOver = true;
            CutOff();
            throw e as IOException ?? new IOException(e.Message, e);
        }
    }

    /// <summary>Appends are made durable before it returns; for a single writer.</summary>
    public void Sync()
    {
        BeginSync();
        CompleteSync();
    }

    /// <summary>Forgets everything that is not durable: the addresses given out for it are void.</summary>
    public void Discard()
    {
        pending.ResetWrittenCount();
        syncing.ResetWrittenCount();
        end = groupStart = durableEnd;
    }

    /// <summary>The payload of the record at <paramref name="address"/>; throws <see cref="InvalidDataException"/> if its checksum is wrong.</summary>
    public byte[] Read(long address)
    {
        if (!TryRead(address, out var payload))
            throw new InvalidDataException($"{folder}: no valid record at {address}; the file was changed or damaged");
        return payload;
    }

    /// <summary>
    /// Reads a record whose length is known: one system call. The checksum is verified. The single writer of <see cref="Sync"/>
    /// also reads what it appended since.
    /// </summary>
    public byte[] Read(long address, int length)
    {
        if (address >= DurableEnd)
            return pending.WrittenSpan.Slice(checked((int)(address - groupStart)) + HeaderSize, length).ToArray();
        var segment = SegmentOf(address);
        var buffer = ArrayPool<byte>.Shared.Rent(HeaderSize + length);
        try
        {
            var record = buffer.AsSpan(0, HeaderSize + length);
            ReadFully(segment.Handle, record, address - segment.Start);
            var payload = record[HeaderSize..];
            if (BinaryPrimitives.ReadInt32LittleEndian(record) != length
                || BinaryPrimitives.ReadUInt32LittleEndian(record[4..])
                    != Checksum(BinaryPrimitives.ReadInt64LittleEndian(record[8..]), payload))
                throw new InvalidDataException($"{folder}: the record at {address} was changed or damaged");
            return payload.ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The address after the record at <paramref name="address"/>.</summary>
    public static long After(long address, int payloadLength) => address + HeaderSize + payloadLength;

    public void Dispose()
    {
        if (zeroedEnd > durableEnd)
            CutOff();
        foreach (var segment in segments)
            segment.Handle.Dispose();
    }

    private bool TryRead(long address, out byte[] payload) => TryRead(address, out payload, out _);

    private bool TryRead(long address, out byte[] payload, out long group)
    {
        payload = [];
        group = 0;
        if (address < 0 || segments.IsEmpty || address < segments[0].Start)
            return false;
        var segment = SegmentOf(address);
        Span<byte> header = stackalloc byte[HeaderSize];
        if (RandomAccess.Read(segment.Handle, header, address - segment.Start) < HeaderSize)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length < 0 || address - segment.Start + HeaderSize + length > RandomAccess.GetLength(segment.Handle))
            return false;
        payload = new byte[length];
        ReadFully(segment.Handle, payload, address - segment.Start + HeaderSize);
        group = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
        return group >= 0 && group <= address && BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == Checksum(group, payload);
    }

    /// <summary>
    /// The end of the last whole record. A torn tail (the crash hit between write and sync) is cut off; a damaged record with
    /// one of a later group behind it is damage to what was acknowledged, and the log refuses to open.
    /// </summary>
    private long RecoverEnd(Segment last)
    {
        var address = last.Start;
        var length = last.Start + RandomAccess.GetLength(last.Handle);
        while (address < length && TryRead(address, out var payload))
            address = After(address, payload.Length);
        if (address == length)
            return address;
        if (IsFollowed(last, address, length))
            throw new InvalidDataException($"{folder}: the record at {address} is damaged, and records follow it; restore the file from a backup");
        RandomAccess.SetLength(last.Handle, address - last.Start);
        return address;
    }

    /// <summary>Whether a whole record of a later group lies anywhere behind: the length of a damaged one cannot be trusted.</summary>
    private bool IsFollowed(Segment last, long damaged, long length)
    {
        var window = new byte[1 << 20];
        for (var start = damaged + 1; start + HeaderSize <= length; start += window.Length - HeaderSize + 1)
        {
            var n = RandomAccess.Read(last.Handle, window, start - last.Start);
            for (var i = 0; i + HeaderSize <= n; i++)
            {
                var header = window.AsSpan(i, HeaderSize);
                var payload = BinaryPrimitives.ReadInt32LittleEndian(header);
                var group = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
                if (payload >= 0 && group > damaged && group <= start + i && start + i + HeaderSize + payload <= length
                    && TryRead(start + i, out _))
                    return true;
            }
        }

        return false;
    }

    private Segment Current()
    {
        if (!segments.IsEmpty && !rollOver && durableEnd - segments[^1].Start < segmentSize)
            return segments[^1];
        var path = Path.Combine(folder, durableEnd.ToString("x16", CultureInfo.InvariantCulture) + ".log");
        if (!segments.IsEmpty && segments[^1].Start == durableEnd)
        {
            segments[^1].Handle.Dispose();
            segments = segments.RemoveAt(segments.Length - 1);
        }

        var handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            DiskSync.Directory(folder);
        }
        catch (IOException)
        {
            handle.Dispose();
            throw;
        }

        segments = segments.Add(new Segment(durableEnd, handle));
        rollOver = false;
        zeroedEnd = durableEnd;
        return segments[^1];
    }

    /// <summary>Zeros from <paramref name="start"/> on, and where they end. A disk too full for them may have room for records.</summary>
    private long Zero(Segment segment, long start)
    {
        var zeroed = start;
        try
        {
            for (; zeroed < start + ahead; zeroed += Zeros.Length)
                RandomAccess.Write(segment.Handle, Zeros, zeroed - segment.Start);
        }
        catch (IOException)
        {
            // What could be written of them may stay: they are overwritten like the others.
        }

        return zeroed;
    }

    private void CutOff()
    {
        zeroedEnd = durableEnd;
        try
        {
            if (!segments.IsEmpty)
                RandomAccess.SetLength(segments[^1].Handle, durableEnd - segments[^1].Start);
        }
        catch (IOException)
        {
            // The next segment starts at durableEnd and hides what lies behind it here.
        }
    }

    private Segment SegmentOf(long address)
    {
        var all = segments;
        var index = all.Length - 1;
        while (index > 0 && all[index].Start > address)
            index--;
        return all[index];
    }

    private static Segment Open(string path) => new(
        long.Parse(Path.GetFileNameWithoutExtension(path), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
        File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));

    private static void ReadFully(SafeFileHandle handle, Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            var n = RandomAccess.Read(handle, destination, offset);
            if (n == 0)
                throw new InvalidDataException($"a record ends before its length, at offset {offset}");
            destination = destination[n..];
            offset += n;
        }
    }

    private static uint Checksum(long group, ReadOnlySpan<byte> payload)
    {
        var crc = BitOperations.Crc32C(BitOperations.Crc32C(uint.MaxValue, (uint)payload.Length), (ulong)group);
        var words = MemoryMarshal.Cast<byte, ulong>(payload);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var b in payload[(words.Length * 8)..])
            crc = BitOperations.Crc32C(crc, b);
        return crc;
    }

    private sealed record Segment(long Start, SafeFileHandle Handle);
}

using System.Buffers.Binary;
using System.Numerics;

namespace FhirGateway.Contracts;

/// <summary>
/// SHA-1 of short texts (FIPS 180-4), for names that become ids: the platform's costs several times as much for 60 bytes, most of it
/// to set up and tear down. Nothing is protected by it.
/// </summary>
internal static class Sha1Digest
{
    public const int Size = 20;
    private const int BlockSize = 64;

    public static void Compute(ReadOnlySpan<byte> text, Span<byte> digest)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        Span<uint> schedule = stackalloc uint[80];
        var rest = text;
        for (; rest.Length >= BlockSize; rest = rest[BlockSize..])
            Add(state, rest[..BlockSize], schedule);
        Span<byte> tail = stackalloc byte[2 * BlockSize];
        tail.Clear();
        rest.CopyTo(tail);
        tail[rest.Length] = 0x80;
        var length = rest.Length < BlockSize - 8 ? BlockSize : 2 * BlockSize;
        BinaryPrimitives.WriteUInt64BigEndian(tail[(length - 8)..], (ulong)text.Length * 8);
        for (var at = 0; at < length; at += BlockSize)
            Add(state, tail.Slice(at, BlockSize), schedule);
        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], state[i]);
    }

    private static void Add(Span<uint> state, ReadOnlySpan<byte> block, Span<uint> w)
    {
        for (var i = 0; i < 16; i++)
            w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        for (var i = 16; i < 80; i++)
            w[i] = BitOperations.RotateLeft(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4]);
        for (var i = 0; i < 20; i++)
            Step(ref a, ref b, ref c, ref d, ref e, ((b & c) | (~b & d)) + 0x5A827999 + w[i]);
        for (var i = 20; i < 40; i++)
            Step(ref a, ref b, ref c, ref d, ref e, (b ^ c ^ d) + 0x6ED9EBA1 + w[i]);
        for (var i = 40; i < 60; i++)
            Step(ref a, ref b, ref c, ref d, ref e, ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC + w[i]);
        for (var i = 60; i < 80; i++)
            Step(ref a, ref b, ref c, ref d, ref e, (b ^ c ^ d) + 0xCA62C1D6 + w[i]);
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }

    private static void Step(ref uint a, ref uint b, ref uint c, ref uint d, ref uint e, uint mixed)
    {
        var next = BitOperations.RotateLeft(a, 5) + e + mixed;
        (e, d, c, b, a) = (d, c, BitOperations.RotateLeft(b, 30), a, next);
    }
}

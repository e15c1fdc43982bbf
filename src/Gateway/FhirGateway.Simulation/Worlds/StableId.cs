using System.Buffers.Binary;
using FhirGateway.Simulation.People;

namespace FhirGateway.Simulation.Worlds;

/// <summary>UUID-shaped ids that depend on nothing but the fact they name.</summary>
internal static class StableId
{
    internal static Guid Of(int seed, int kind, int a, int b)
    {
        var random = SeededRandom.For(seed, 1_000 + kind, a, b);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, random.NextBits());
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], random.NextBits());
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}

using System.Buffers.Binary;
using System.Collections.Immutable;

namespace FhirGateway.Normalization;

/// <summary>What one version of a claim says about its place in the claim's life.</summary>
public sealed record ClaimFacts
{
    private const int FixedSize = 29;
    private const int KeySize = 9;

    /// <summary>Scale of <see cref="Amount"/>.</summary>
    public const int AmountScale = 10_000;

    public required ClaimReading Reading { get; init; }

    /// <summary>A void that ends the claim only if no version of it is active.</summary>
    public bool IsSoftVoid { get; init; }

    /// <summary>The source is expected to cancel what it replaces: two active versions contradict each other.</summary>
    public bool ExpectsOneActive { get; init; }

    /// <summary>Of a feed that sends every row, so that the claim is their signed sum.</summary>
    public bool IsLedger { get; init; }

    /// <summary>Of two versions the one with the higher rank is the later, whatever their times say: API version, system, final action.</summary>
    public byte Rank { get; init; }

    /// <summary>Place by the codes of adjustment, where times are equal.</summary>
    public byte CodeOrder { get; init; }

    /// <summary>meta.lastUpdated in UTC ticks; 0 if there is none.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>What was paid, in ten-thousandths; null if it says none, or none that fits.</summary>
    public long? Amount { get; init; }

    /// <summary>Mixed from reading, amount, period and number of lines: equal for the same version in another shape.</summary>
    public long Sketch { get; init; }
    public ImmutableArray<ClaimKey> Keys { get; init; } = [];

    /// <summary>The API version that shaped it, of sources that have several; 0 else.</summary>
    public int Shape => Rank >> 4;

    /// <summary>Whether it can count as a decision on the claim.</summary>
    public bool IsDecided => Reading is ClaimReading.Live or ClaimReading.Denied or ClaimReading.Void;

    /// <summary>The facts without their time, as 64 bits: they change with the content and with the source's settings.</summary>
    public long Fingerprint()
    {
        var bytes = (this with { UpdatedAt = 0 }).Encode();
        var hash = 14695981039346656037UL;
        foreach (var b in bytes)
            hash = (hash ^ b) * 1099511628211UL;
        return (long)hash;
    }

    public byte[] Encode()
    {
        var bytes = new byte[FixedSize + (Keys.Length * KeySize)];
        bytes[0] = (byte)Reading;
        bytes[1] = (byte)((IsSoftVoid ? 1 : 0) | (ExpectsOneActive ? 2 : 0) | (IsLedger ? 4 : 0) | (Amount is null ? 0 : 8));
        bytes[2] = Rank;
        bytes[3] = CodeOrder;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(5), UpdatedAt);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(13), Amount ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(21), Sketch);
        for (var i = 0; i < Keys.Length; i++)
        {
            var at = bytes.AsSpan(FixedSize + (i * KeySize));
            at[0] = (byte)Keys[i].Role;
            BinaryPrimitives.WriteInt64BigEndian(at[1..], Keys[i].Hash);
        }

        return bytes;
    }

    public static ClaimFacts Decode(ReadOnlySpan<byte> bytes)
    {
        var keys = ImmutableArray.CreateBuilder<ClaimKey>((bytes.Length - FixedSize) / KeySize);
        for (var at = bytes[FixedSize..]; !at.IsEmpty; at = at[KeySize..])
            keys.Add(new ClaimKey(BinaryPrimitives.ReadInt64BigEndian(at[1..]), (ClaimKeyRole)at[0]));
        return new ClaimFacts
        {
            Reading = (ClaimReading)bytes[0],
            IsSoftVoid = (bytes[1] & 1) != 0,
            ExpectsOneActive = (bytes[1] & 2) != 0,
            IsLedger = (bytes[1] & 4) != 0,
            Rank = bytes[2],
            CodeOrder = bytes[3],
            UpdatedAt = BinaryPrimitives.ReadInt64BigEndian(bytes[5..]),
            Amount = (bytes[1] & 8) != 0 ? BinaryPrimitives.ReadInt64BigEndian(bytes[13..]) : null,
            Sketch = BinaryPrimitives.ReadInt64BigEndian(bytes[21..]),
            Keys = keys.MoveToImmutable(),
        };
    }

    public override string ToString() => $"ClaimFacts({Reading}, {Keys.Length} keys)";
}

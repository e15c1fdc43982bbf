namespace FhirGateway.Claims;

/// <summary>What a consumer is told of a version: which claim, where in its life, and whether its amounts stand.</summary>
/// <param name="Lineage">One id for all versions of a claim.</param>
/// <param name="State">Where it stands.</param>
/// <param name="IsCurrent">Its amounts stand. At most one version of a claim, but for the rows of a ledger.</param>
/// <param name="Predecessor">Published id of the version before it.</param>
/// <param name="IsOpen">What is known of the claim is not whole: a version that it names has not come, or two contradict each other.</param>
public readonly record struct ClaimStanding(Guid Lineage, ClaimState State, bool IsCurrent, Guid? Predecessor, bool IsOpen)
{
    private const int Size = 18;
    private const int IdSize = 16;

    public byte[] Encode()
    {
        var bytes = new byte[Predecessor is null ? Size : Size + IdSize];
        Lineage.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[IdSize] = (byte)State;
        bytes[IdSize + 1] = (byte)((IsCurrent ? 1 : 0) | (IsOpen ? 2 : 0));
        Predecessor?.TryWriteBytes(bytes.AsSpan(Size), bigEndian: true, out _);
        return bytes;
    }

    public static ClaimStanding Decode(ReadOnlySpan<byte> bytes) => new(
        new Guid(bytes[..IdSize], bigEndian: true),
        (ClaimState)bytes[IdSize],
        (bytes[IdSize + 1] & 1) != 0,
        bytes.Length == Size + IdSize ? new Guid(bytes[Size..], bigEndian: true) : null,
        (bytes[IdSize + 1] & 2) != 0);
}

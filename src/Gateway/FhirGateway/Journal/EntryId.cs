namespace FhirGateway.Journal;

/// <summary>Address of an entry: grows with every append, is not dense, never changes.</summary>
public readonly record struct EntryId(long Value) : IComparable<EntryId>
{
    public int CompareTo(EntryId other) => Value.CompareTo(other.Value);
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    public static bool operator <(EntryId a, EntryId b) => a.Value < b.Value;
    public static bool operator >(EntryId a, EntryId b) => a.Value > b.Value;
    public static bool operator <=(EntryId a, EntryId b) => a.Value <= b.Value;
    public static bool operator >=(EntryId a, EntryId b) => a.Value >= b.Value;
}

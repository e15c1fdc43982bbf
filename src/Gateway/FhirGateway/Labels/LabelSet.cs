using System.Collections;

namespace FhirGateway.Labels;

/// <summary>A set of labels; empty means releasable.</summary>
public readonly record struct LabelSet(int Bits) : IEnumerable<SensitivityLabel>
{
    public static readonly LabelSet Empty;

    public bool IsEmpty => Bits == 0;

    public bool Contains(SensitivityLabel label) => (Bits & (1 << (int)label)) != 0;

    public LabelSet With(SensitivityLabel label) => new(Bits | (1 << (int)label));

    public LabelSet Union(LabelSet other) => new(Bits | other.Bits);

    public IEnumerator<SensitivityLabel> GetEnumerator()
    {
        foreach (var label in Enum.GetValues<SensitivityLabel>())
            if (Contains(label))
                yield return label;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(' ', this);
}

namespace FhirGateway.Hl7v2;

/// <summary>Enumerates the repetitions of a field without allocating. An empty field has none.</summary>
public struct Hl7Repetitions(Hl7Value field)
{
    private readonly Hl7Value field = field;
    private int next;
    private int left = int.MaxValue;
    private Hl7Value current;

    public readonly Hl7Value Current => current;

    public readonly Hl7Repetitions GetEnumerator() => this;

    /// <summary>No more than these: a sender who repeats a field without end must not make work without end.</summary>
    public readonly Hl7Repetitions AtMost(int count) => this with { left = count };

    public bool MoveNext() => left-- > 0 && field.TryTakeRepetition(ref next, out current);
}

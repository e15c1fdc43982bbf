namespace FhirGateway.Hl7v2;

/// <summary>Enumerates the repetitions of a field without allocating. An empty field has none.</summary>
public struct Hl7Repetitions(Hl7Value field)
{
    private readonly Hl7Value field = field;
    private int next;
    private Hl7Value current;

    public readonly Hl7Value Current => current;

    public readonly Hl7Repetitions GetEnumerator() => this;

    public bool MoveNext() => field.TryTakeRepetition(ref next, out current);
}

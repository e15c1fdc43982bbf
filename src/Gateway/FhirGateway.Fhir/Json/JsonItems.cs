namespace FhirGateway.Fhir.Json;

/// <summary>The items of an array of a <see cref="JsonTape"/>, as indices; another value is its own one item, -1 has none. Allocates nothing.</summary>
public readonly ref struct JsonItems(JsonTape tape, int index)
{
    private readonly JsonTape tape = tape;
    private readonly int index = index;

    public Enumerator GetEnumerator() => new(tape, index);

    /// <summary>Walks from item to item.</summary>
    public ref struct Enumerator
    {
        private readonly JsonTape tape;
        private readonly int end;
        private int next;

        internal Enumerator(JsonTape tape, int index)
        {
            this.tape = tape;
            next = index;
            end = index < 0 ? -1 : tape[index].Next;
            if (index >= 0 && tape[index].Kind == JsonKind.Array)
                next = index + 1;
            Current = -1;
        }

        public int Current { get; private set; }

        public bool MoveNext()
        {
            if (next >= end)
                return false;
            Current = next;
            next = tape[next].Next;
            return true;
        }
    }
}

using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Profiles;

/// <summary>Goes over an array of values and, for primitives, the array of extensions beside it (json.html#primitive).</summary>
internal struct ItemCursor
{
    private readonly JsonTape tape;
    private readonly int valueEnd;
    private readonly int sidecarEnd;
    private int nextValue;
    private int nextSidecar;

    /// <param name="tape">The resource.</param>
    /// <param name="values">The array of values, or a single value, or -1.</param>
    /// <param name="sidecars">The array of extensions, or a single one, or -1.</param>
    public ItemCursor(JsonTape tape, int values, int sidecars)
    {
        this.tape = tape;
        (nextValue, valueEnd) = Range(values);
        (nextSidecar, sidecarEnd) = Range(sidecars);
        Array = Math.Max(values, sidecars);
        IsUnequal = false;
        Value = -1;
        Sidecar = -1;
        Index = -1;
    }

    public int Array { get; }

    /// <summary>Token of the value, or -1.</summary>
    public int Value { get; private set; }

    /// <summary>Token of its extensions, or -1.</summary>
    public int Sidecar { get; private set; }

    /// <summary>Position of the item; after the last, the number of items.</summary>
    public int Index { get; private set; }

    /// <summary>Both arrays are there and one is longer.</summary>
    public bool IsUnequal { get; private set; }

    public bool MoveNext()
    {
        var hasValue = nextValue < valueEnd;
        var hasSidecar = nextSidecar < sidecarEnd;
        Index++;
        if (!hasValue && !hasSidecar)
            return false;
        IsUnequal |= hasValue != hasSidecar && valueEnd > 0 && sidecarEnd > 0;
        Value = hasValue ? nextValue : -1;
        Sidecar = hasSidecar ? nextSidecar : -1;
        if (hasValue)
            nextValue = tape[nextValue].Next;
        if (hasSidecar)
            nextSidecar = tape[nextSidecar].Next;
        return true;
    }

    private readonly (int First, int End) Range(int node) =>
        node < 0 ? (0, 0) : tape[node].Kind == JsonKind.Array ? (node + 1, tape[node].Next) : (node, tape[node].Next);
}

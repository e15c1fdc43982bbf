using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>Steps through a tape that the rules share.</summary>
internal static class TapeItems
{
    /// <summary>The items of the array that a property holds, or the one value that it holds; none if it is absent.</summary>
    public static Enumerator Items(this JsonTape tape, int obj, ReadOnlySpan<byte> name)
    {
        var value = tape.Find(obj, name);
        if (value < 0)
            return new(tape, 0, 0);
        return tape[value].Kind == JsonKind.Array ? new(tape, value + 1, tape[value].Next) : new(tape, value, value + 1);
    }

    /// <summary>Whether a token is a string with just this text.</summary>
    public static bool Is(this JsonTape tape, int index, ReadOnlySpan<byte> text) => tape.IsString(index) && tape.Bytes(index).SequenceEqual(text);

    /// <summary>The unescaped bytes of a property that is a string; empty if it is not there or something else.</summary>
    public static ReadOnlySpan<byte> FindBytes(this JsonTape tape, int obj, ReadOnlySpan<byte> name)
    {
        var value = tape.Find(obj, name);
        return tape.IsString(value) ? tape.Bytes(value) : default;
    }

    public static bool Has(this JsonTape tape, int obj, ReadOnlySpan<byte> name) => tape.Find(obj, name) >= 0;

    /// <summary>The property whose name begins so and goes on with a capital, as a choice of types does; -1 if there is none.</summary>
    public static int FindChoice(this JsonTape tape, int obj, ReadOnlySpan<byte> stem)
    {
        if (obj < 0 || tape[obj].Kind != JsonKind.Object)
            return -1;
        for (var name = obj + 1; name < tape[obj].Next; name = tape[name + 1].Next)
        {
            var text = tape.Bytes(name);
            if (text.Length > stem.Length && text.StartsWith(stem) && text[stem.Length] is >= (byte)'A' and <= (byte)'Z')
                return name + 1;
        }
        return -1;
    }

    public ref struct Enumerator(JsonTape tape, int first, int end)
    {
        private int next = first;

        public int Current { get; private set; } = -1;

        public readonly Enumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (next >= end)
                return false;
            Current = next;
            next = tape[next].Kind is JsonKind.Object or JsonKind.Array ? tape[next].Next : next + 1;
            return true;
        }
    }
}

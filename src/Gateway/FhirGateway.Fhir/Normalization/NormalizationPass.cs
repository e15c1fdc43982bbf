using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>What the rules share while one resource goes through them: its tokens, the patches so far, the changes so far. Reusable.</summary>
internal sealed class NormalizationPass
{
    private readonly List<(int From, int To)> handled = [];

    public JsonTape Tape { get; private set; } = new();
    public PatchList Patches { get; private set; } = new();
    public NormalizationChanges Changes { get; } = new();

    public void Start(JsonTape tape, PatchList patches)
    {
        Tape = tape;
        Patches = patches;
        Changes.Clear();
        handled.Clear();
    }

    /// <summary>Says that a rule wrote the value at <paramref name="node"/> itself: the walk leaves it and all within it alone.</summary>
    public void Handle(int node) => handled.Add((node, Tape[node].Kind is JsonKind.Object or JsonKind.Array ? Tape[node].Next : node + 1));

    /// <summary>The token after what a rule wrote itself, or <paramref name="token"/> if it is not in there.</summary>
    public int SkipHandled(int token)
    {
        foreach (var (from, to) in handled)
            if (token >= from && token < to)
                return to;
        return token;
    }

    /// <summary>The byte after a value, its closing quote included.</summary>
    public int EndOf(int value) => Tape[value].Start + Tape[value].Length + (Tape[value].Kind == JsonKind.String ? 1 : 0);

    /// <summary>Adds a property, or an item, behind the last one of an object or array.</summary>
    public void Append(int container, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b = default, ReadOnlySpan<byte> c = default)
    {
        var end = Tape[container].Start + Tape[container].Length - 1;
        if (Tape[container].Next != container + 1)
            Patches.Insert(end, ","u8);
        Patches.Insert(end, a, b, c);
    }

    public bool IsArray(int node) => node >= 0 && Tape[node].Kind == JsonKind.Array;

    public bool IsObject(int node) => node >= 0 && Tape[node].Kind == JsonKind.Object;

    /// <summary>Whether the value is a string with that text.</summary>
    public bool Is(int node, ReadOnlySpan<byte> text) => Tape.IsString(node) && Tape.Bytes(node).SequenceEqual(text);

    /// <summary>Whether the value is a system, under any of its names, with that canonical URI.</summary>
    public bool IsSystem(int node, ReadOnlySpan<byte> canonical)
    {
        if (!Tape.IsString(node))
            return false;
        var system = Tape.Bytes(node);
        return system.SequenceEqual(canonical)
            || (CodeSystemAliases.TryFindCanonical(system, out var known) && known.SequenceEqual(canonical));
    }

    /// <summary>Whether a CodeableConcept has a coding of that system, and of that code unless it is empty.</summary>
    public bool HasCoding(int concept, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        var list = Tape.Find(concept, "coding"u8);
        if (!IsArray(list))
            return false;
        for (var i = list + 1; i < Tape[list].Next; i = Tape[i].Next)
            if (IsSystem(Tape.Find(i, "system"u8), system) && (code.IsEmpty || Is(Tape.Find(i, "code"u8), code)))
                return true;
        return false;
    }

    /// <summary>Whether an array of extensions has one of that url.</summary>
    public bool HasExtension(int owner, ReadOnlySpan<byte> url)
    {
        var list = Tape.Find(owner, "extension"u8);
        if (!IsArray(list))
            return false;
        for (var i = list + 1; i < Tape[list].Next; i = Tape[i].Next)
            if (Is(Tape.Find(i, "url"u8), url))
                return true;
        return false;
    }
}

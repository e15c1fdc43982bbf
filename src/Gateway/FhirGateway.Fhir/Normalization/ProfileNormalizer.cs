using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>
/// The rules that bring a resource nearer to US Core and CARIN Blue Button without inventing anything: one walk over its
/// tokens, patches of its bytes, a record of each change. What was normalized is left as it is. Reusable, one per worker,
/// not thread-safe.
/// </summary>
public sealed class ProfileNormalizer
{
    private readonly NormalizationPass pass = new();
    private readonly DemographicRules demographics = new();
    private readonly List<(int Owner, int Value)> references = [];
    private readonly int[] parents = new int[JsonTape.MaxDepth + 1];

    /// <summary>Changes made by the last run.</summary>
    public int Count => pass.Changes.Count;

    /// <summary>The rule of a change; explaining it by <see cref="Explain"/> costs more.</summary>
    public NormalizationRule this[int index] => pass.Changes[index];

    /// <summary>Whether something changed that can decide by which profile the resource is checked.</summary>
    public bool ChangedCodes { get; private set; }

    /// <summary>Every literal reference of the resource in the order of the tape: the object that holds it and the string.</summary>
    public IReadOnlyList<(int Owner, int Value)> References => references;

    /// <summary>Applies the rules that need no profile, and finds the references.</summary>
    /// <param name="tape">The resource.</param>
    /// <param name="patches">Where patches of its bytes go.</param>
    /// <param name="memberSystem">UTF-8 URI of the sender's member numbers, for those sent without a system; null if it is not known.</param>
    public void Run(JsonTape tape, PatchList patches, byte[]? memberSystem = null)
    {
        pass.Start(tape, patches);
        references.Clear();
        Resource(0);
        var contained = tape.Find(0, "contained"u8);
        if (pass.IsArray(contained))
            for (var i = contained + 1; i < tape[contained].Next; i = tape[i].Next)
                Resource(i);
        Walk(tape, memberSystem);
        ChangedCodes = false;
        for (var i = 0; i < Count && !ChangedCodes; i++)
            ChangedCodes = this[i] == NormalizationRule.CanonicalSystem || this[i] == NormalizationRule.ClaimType || this[i] == NormalizationRule.ClaimSubtype;
    }

    /// <summary>Applies what a profile asks for, and declares it. Call it after <see cref="Run"/>, on the same tape.</summary>
    /// <param name="profile">Canonical of the profile with its version, or null for none.</param>
    /// <param name="source">UTF-8 URI for meta.source where none is set; empty to leave it unset.</param>
    public void Declare(string? profile, ReadOnlySpan<byte> source = default)
    {
        if (profile is not null)
            AbsentDataRules.Apply(pass, profile);
        Span<byte> canonical = stackalloc byte[256];
        var length = profile is not null && System.Text.Encoding.UTF8.TryGetBytes(profile, canonical, out var written) ? written : 0;
        MetaRules.Apply(pass, canonical[..length], source);
    }

    /// <summary>What was changed, where.</summary>
    public NormalizationChange[] Explain()
    {
        var changes = new NormalizationChange[Count];
        for (var i = 0; i < changes.Length; i++)
            changes[i] = pass.Changes.Explain(i, pass.Tape);
        return changes;
    }

    private void Resource(int resource)
    {
        var type = pass.Tape.Find(resource, "resourceType"u8);
        if (pass.Is(type, "Patient"u8))
            demographics.Apply(pass, resource);
        else if (pass.Is(type, "ExplanationOfBenefit"u8))
            ClaimTypeRules.Apply(pass, resource);
    }

    private void Walk(JsonTape tape, byte[]? memberSystem)
    {
        var depth = 0;
        for (var i = 0; i < tape.Count; i++)
        {
            i = pass.SkipHandled(i);
            if (i >= tape.Count)
                return;
            var token = tape[i];
            if (token.Kind is JsonKind.Object or JsonKind.Array)
            {
                while (depth > 0 && tape[parents[depth - 1]].Next <= i)
                    depth--;
                parents[depth++] = i;
            }
            if (token.Kind != JsonKind.Name || token.Length is not (6 or 9 or 10))
                continue;
            while (tape[parents[depth - 1]].Next <= i)
                depth--;
            Property(i, parents[depth - 1], memberSystem);
        }
    }

    private void Property(int name, int owner, byte[]? memberSystem)
    {
        var tape = pass.Tape;
        var value = name + 1;
        switch (tape[name].Length)
        {
            case 6 when tape.IsString(value) && tape.Raw(name).SequenceEqual("system"u8) && pass.SkipHandled(value) == value:
                if (CodeSystemAliases.TryFindCanonical(tape.Bytes(value), out var canonical))
                {
                    pass.Patches.Replace(tape[value].Start, tape[value].Length, canonical);
                    pass.Changes.Add(NormalizationRule.CanonicalSystem, value);
                }
                break;
            case 9 when tape.IsString(value) && tape.Raw(name).SequenceEqual("reference"u8):
                references.Add((owner, value));
                break;
            case 10 when tape.Raw(name).SequenceEqual("identifier"u8):
                Identifiers(owner, value, memberSystem);
                break;
        }
    }

    private void Identifiers(int owner, int value, byte[]? memberSystem)
    {
        var tape = pass.Tape;
        var type = tape.Find(owner, "resourceType"u8);
        var resource = tape.IsString(type) ? tape.Bytes(type) : default;
        if (pass.IsObject(value))
            IdentifierRules.Apply(pass, value, resource, memberSystem);
        else if (pass.IsArray(value))
            for (var i = value + 1; i < tape[value].Next; i = tape[i].Next)
                if (pass.IsObject(i))
                    IdentifierRules.Apply(pass, i, resource, memberSystem);
    }
}

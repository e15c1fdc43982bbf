using System.Collections.Frozen;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>
/// Says that data are absent where an invariant of the profile asks for a value or the reason of its absence, and nowhere else:
/// an element with a required binding never gets one (US Core, Missing Data). The reason is always <c>unknown</c>.
/// </summary>
internal static class AbsentDataRules
{
    private static readonly FrozenDictionary<string, string[]> Asked = FactTable.Rows("absent-data.tsv")
        .ToFrozenDictionary(r => r[0], r => r[1].Split(','), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string[]>.AlternateLookup<ReadOnlySpan<char>> ByProfile = Asked.GetAlternateLookup<ReadOnlySpan<char>>();

    private static ReadOnlySpan<byte> Url => "http://hl7.org/fhir/StructureDefinition/data-absent-reason"u8;

    private static ReadOnlySpan<byte> Reason =>
        "\"dataAbsentReason\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/data-absent-reason\",\"code\":\"unknown\"}]}"u8;

    private static ReadOnlySpan<byte> Extension =>
        "\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\",\"valueCode\":\"unknown\"}]"u8;

    /// <param name="pass">The resource.</param>
    /// <param name="profile">Canonical of the profile by which it is checked, with or without a version.</param>
    public static void Apply(NormalizationPass pass, string profile)
    {
        var bar = profile.IndexOf('|', StringComparison.Ordinal);
        if (!ByProfile.TryGetValue(bar < 0 ? profile : profile.AsSpan(0, bar), out var asked))
            return;
        foreach (var what in asked)
            switch (what)
            {
                case "name" when pass.Is(pass.Tape.Find(0, "resourceType"u8), "Patient"u8):
                    Names(pass);
                    break;
                case "value" when pass.Is(pass.Tape.Find(0, "resourceType"u8), "Observation"u8):
                    if (pass.Tape.Find(0, "component"u8) < 0 && pass.Tape.Find(0, "hasMember"u8) < 0)
                        Value(pass, 0);
                    break;
                case "component" when pass.IsArray(pass.Tape.Find(0, "component"u8)):
                    Components(pass, pass.Tape.Find(0, "component"u8));
                    break;
            }
    }

    private static void Names(NormalizationPass pass)
    {
        var names = pass.Tape.Find(0, "name"u8);
        if (names < 0 || (pass.IsArray(names) && pass.Tape[names].Next == names + 1))
        {
            pass.Append(names < 0 ? 0 : names, names < 0 ? "\"name\":[{"u8 : "{"u8, Extension, names < 0 ? "}]"u8 : "}"u8);
            pass.Changes.Add(NormalizationRule.AbsentName, 0, "name");
            return;
        }
        if (!pass.IsArray(names))
            return;
        for (var name = names + 1; name < pass.Tape[names].Next; name = pass.Tape[name].Next)
            if (pass.IsObject(name) && IsEmpty(pass, name) && !pass.HasExtension(name, Url))
                Name(pass, name);
    }

    private static bool IsEmpty(NormalizationPass pass, int name) =>
        pass.Tape.Find(name, "family"u8) < 0 && pass.Tape.Find(name, "given"u8) < 0
        && pass.Tape.Find(name, "_family"u8) < 0 && pass.Tape.Find(name, "_given"u8) < 0;

    private static void Name(NormalizationPass pass, int name)
    {
        var extensions = pass.Tape.Find(name, "extension"u8);
        if (extensions < 0)
            pass.Append(name, Extension);
        else if (pass.IsArray(extensions))
            pass.Append(extensions, "{\"url\":\""u8, Url, "\",\"valueCode\":\"unknown\"}"u8);
        else
            return;
        pass.Changes.Add(NormalizationRule.AbsentName, name, "extension");
    }

    private static void Components(NormalizationPass pass, int components)
    {
        for (var i = components + 1; i < pass.Tape[components].Next; i = pass.Tape[i].Next)
            if (pass.IsObject(i))
                Value(pass, i);
    }

    private static void Value(NormalizationPass pass, int owner)
    {
        for (var name = owner + 1; name < pass.Tape[owner].Next; name = pass.Tape[name + 1].Next)
            if (IsValueOrReason(pass.Tape.Bytes(name)))
                return;
        pass.Append(owner, Reason);
        pass.Changes.Add(NormalizationRule.AbsentValue, owner, "dataAbsentReason");
    }

    private static bool IsValueOrReason(ReadOnlySpan<byte> name)
    {
        var plain = name.StartsWith("_"u8) ? name[1..] : name;
        return plain.StartsWith("value"u8) || plain.SequenceEqual("dataAbsentReason"u8);
    }
}

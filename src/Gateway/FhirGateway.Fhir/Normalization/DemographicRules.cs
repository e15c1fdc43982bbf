using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>
/// Race, ethnicity and sex at birth of a Patient in legacy shapes become the extensions of US Core. Only codes that were sent
/// are carried over. Where the new shape cannot hold all that was sent, the old extension stays beside the new one.
/// </summary>
internal sealed class DemographicRules
{
    private static readonly FrozenDictionary<uint, (byte[] Url, DemographicKind Kind)> Urls = FactTable.Rows("legacy-demographics.tsv")
        .ToFrozenDictionary(r => JsonText.Hash(Encoding.UTF8.GetBytes(r[0])), r => (Encoding.UTF8.GetBytes(r[0]), KindOf(r[1])));

    private static readonly ImmutableArray<byte[]> UsCore =
    [
        [],
        .. new[] { "race", "ethnicity", "birthsex" }.Select(n => Encoding.UTF8.GetBytes("http://hl7.org/fhir/us/core/StructureDefinition/us-core-" + n)),
    ];

    private readonly RaceWriter race = new();
    private readonly bool[] isDone = new bool[4];

    public static ReadOnlySpan<byte> UrlOf(DemographicKind kind) => UsCore[(int)kind];

    public static NormalizationRule RuleOf(DemographicKind kind) => kind switch
    {
        DemographicKind.Race => NormalizationRule.Race,
        DemographicKind.Ethnicity => NormalizationRule.Ethnicity,
        _ => NormalizationRule.BirthSex,
    };

    public void Apply(NormalizationPass pass, int patient)
    {
        var tape = pass.Tape;
        var list = tape.Find(patient, "extension"u8);
        if (!pass.IsArray(list))
            return;
        isDone.AsSpan().Clear();
        for (var i = list + 1; i < tape[list].Next; i = tape[i].Next)
            if (Kind(tape, i, out var isUsCore) is not DemographicKind.None and var kind && isUsCore && HasUsCoreShape(pass, i, kind))
                isDone[(int)kind] = true;
        for (var i = list + 1; i < tape[list].Next; i = tape[i].Next)
            if (Kind(tape, i, out var isUsCore) is not DemographicKind.None and var kind)
                Apply(pass, i, kind, isUsCore);
    }

    private void Apply(NormalizationPass pass, int extension, DemographicKind kind, bool isUsCore)
    {
        if (HasUsCoreShape(pass, extension, kind))
        {
            if (isUsCore || !isDone[(int)kind])
                Adopt(pass, extension, kind, isUsCore);
        }
        else if (!isDone[(int)kind] && (kind == DemographicKind.BirthSex
            ? BirthSexWriter.Replace(pass, extension)
            : race.Replace(pass, extension, kind, isUsCore)))
        {
            isDone[(int)kind] = true;
        }
    }

    /// <summary>An extension that only has another url, or is US Core's own: the url is set and what is wrong inside is repaired.</summary>
    private void Adopt(NormalizationPass pass, int extension, DemographicKind kind, bool isUsCore)
    {
        if (!isUsCore)
        {
            var url = pass.Tape.Find(extension, "url"u8);
            pass.Patches.Replace(pass.Tape[url].Start, pass.Tape[url].Length, UrlOf(kind));
            pass.Changes.Add(RuleOf(kind), url);
            isDone[(int)kind] = true;
        }
        if (kind != DemographicKind.BirthSex)
            race.Repair(pass, extension, kind);
    }

    private static bool HasUsCoreShape(NormalizationPass pass, int extension, DemographicKind kind) => kind == DemographicKind.BirthSex
        ? BirthSexWriter.IsCode(pass, pass.Tape.Find(extension, "valueCode"u8))
        : pass.IsArray(pass.Tape.Find(extension, "extension"u8));

    private static DemographicKind Kind(JsonTape tape, int extension, out bool isUsCore)
    {
        isUsCore = false;
        var url = tape.Find(extension, "url"u8);
        if (!tape.IsString(url))
            return DemographicKind.None;
        var text = tape.Bytes(url);
        if (!Urls.TryGetValue(JsonText.Hash(text), out var row) || !text.SequenceEqual(row.Url))
            return DemographicKind.None;
        isUsCore = text.SequenceEqual(UrlOf(row.Kind));
        return row.Kind;
    }

    private static DemographicKind KindOf(string name) => name switch
    {
        "race" => DemographicKind.Race,
        "ethnicity" => DemographicKind.Ethnicity,
        _ => DemographicKind.BirthSex,
    };
}

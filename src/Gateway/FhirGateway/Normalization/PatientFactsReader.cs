using System.Collections.Immutable;
using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Normalization;

namespace FhirGateway.Normalization;

/// <summary>Reads from a Patient what identity matching needs.</summary>
internal static class PatientFactsReader
{
    public static PatientFacts Read(JsonTape tape)
    {
        var name = Choose(tape, tape.Find(0, "name"u8), "use"u8, "official"u8, "usual"u8, "old"u8);
        var given = tape.FirstItem(tape.Find(name, "given"u8));
        var address = Choose(tape, tape.Find(0, "address"u8), "use"u8, "home"u8, default, "old"u8);
        var birth = tape.Find(0, "birthDate"u8);
        DateOnly? birthDate = tape.IsString(birth) && ServicePeriodReader.TryDays(tape.Bytes(birth), out var from, out var to) && from == to ? from : null;
        return new PatientFacts
        {
            Family = Trim(tape.FindText(name, "family"u8)),
            Given = tape.IsString(given) ? Trim(tape.Text(given)) : null,
            BirthDate = birthDate,
            Sex = tape.FindText(0, "gender"u8),
            PostalCode = Trim(tape.FindText(address, "postalCode"u8)),
            Phone = Phone(tape),
            Identifiers = Identifiers(tape),
        };
    }

    /// <summary>All identifiers of the resource with a value, whatever its type; systems are canonical.</summary>
    public static ImmutableArray<PatientIdentifier> Identifiers(JsonTape tape)
    {
        var list = tape.Find(0, "identifier"u8);
        if (list < 0)
            return [];
        var found = ImmutableArray.CreateBuilder<PatientIdentifier>();
        var isArray = tape[list].Kind == JsonKind.Array;
        for (var i = isArray ? list + 1 : list; i < tape[list].Next; i = tape[i].Next)
            if (Trim(tape.FindText(i, "value"u8)) is { Length: > 0 } value)
                found.Add(new(System(tape, i), value, TypeCode(tape, i), Trim(tape.FindText(tape.Find(i, "assigner"u8), "display"u8))));
        return found.DrainToImmutable();
    }

    private static string System(JsonTape tape, int identifier)
    {
        var system = tape.Find(identifier, "system"u8);
        if (!tape.IsString(system))
            return "";
        var bytes = tape.Bytes(system);
        return CodeSystemAliases.TryFindCanonical(bytes, out var canonical) ? Encoding.UTF8.GetString(canonical) : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The code of table 0203, under whichever name its system goes; without a system the code is taken at its word.</summary>
    private static string? TypeCode(JsonTape tape, int identifier)
    {
        var codings = tape.Find(tape.Find(identifier, "type"u8), "coding"u8);
        if (codings < 0 || tape[codings].Kind != JsonKind.Array)
            return null;
        for (var i = codings + 1; i < tape[codings].Next; i = tape[i].Next)
            if (System(tape, i) is "" or "http://terminology.hl7.org/CodeSystem/v2-0203" && tape.FindText(i, "code"u8) is { } code)
                return code;
        return null;
    }

    private static string? Phone(JsonTape tape)
    {
        var list = tape.Find(0, "telecom"u8);
        if (list < 0 || tape[list].Kind != JsonKind.Array)
            return null;
        for (var i = list + 1; i < tape[list].Next; i = tape[i].Next)
            if (tape.FindText(i, "system"u8) is "phone" or "sms" && Trim(tape.FindText(i, "value"u8)) is { Length: > 0 } value)
                return value;
        return null;
    }

    /// <summary>The item with the best value, then the next best, then the first that is not the worst, then the first.</summary>
    private static int Choose(
        JsonTape tape, int list, ReadOnlySpan<byte> name, ReadOnlySpan<byte> best, ReadOnlySpan<byte> good, ReadOnlySpan<byte> worst)
    {
        if (list < 0 || tape[list].Kind != JsonKind.Array)
            return list;
        var chosen = -1;
        var chosenRank = int.MaxValue;
        for (var i = list + 1; i < tape[list].Next; i = tape[i].Next)
        {
            var value = tape.Find(i, name);
            var use = tape.IsString(value) ? tape.Bytes(value) : default;
            var rank = use.SequenceEqual(best) ? 0 : use.IsEmpty ? 2 : use.SequenceEqual(good) ? 1 : use.SequenceEqual(worst) ? 4 : 3;
            if (rank >= chosenRank)
                continue;
            chosen = i;
            chosenRank = rank;
        }
        return chosen;
    }

    private static string? Trim(string? text) => text?.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}

using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>Small readings of elements that several readers share.</summary>
internal static class BundleReading
{
    public const string NpiSystem = "http://hl7.org/fhir/sid/us-npi";

    /// <summary>Identifiers with a value; the system is canonical, empty where none was sent.</summary>
    public static List<(string System, string Value, string? Type)> Identifiers(this JsonTape tape, int owner)
    {
        var found = new List<(string, string, string?)>();
        foreach (var identifier in tape.Items(tape.Find(owner, "identifier"u8)))
            if (tape.FindText(identifier, "value"u8)?.Trim() is { Length: > 0 } value && found.Count < 64)
                found.Add((Canonical(tape.FindText(identifier, "system"u8)), value, TypeOf(tape, identifier)));
        return found;
    }

    /// <summary>The NPI among the identifiers of a resource, if it can be one.</summary>
    public static string? Npi(this JsonTape tape, int owner)
    {
        foreach (var (system, value, _) in tape.Identifiers(owner))
            if (system == NpiSystem && Organizations.Npi.IsValid(value))
                return value;
        return null;
    }

    /// <summary>The first coding with a code of the CodeableConcept at <paramref name="concept"/>.</summary>
    public static IEnumerable<(string System, string Code, string? Display)> Codings(this JsonTape tape, int concept)
    {
        var found = new List<(string, string, string?)>();
        foreach (var coding in tape.Items(tape.Find(concept, "coding"u8)))
            if (tape.FindText(coding, "code"u8) is { Length: > 0 } code)
                found.Add((Canonical(tape.FindText(coding, "system"u8)), code, tape.FindText(coding, "display"u8)));
        return found;
    }

    public static string Canonical(string? system) => system is null ? "" : Fhir.Normalization.CodeSystemAliases.Canonical(system.Trim());

    /// <summary>Name as a person would read it: text, else the parts.</summary>
    public static string? HumanName(this JsonTape tape, int owner)
    {
        var name = tape.FirstItem(tape.Find(owner, "name"u8));
        if (tape.FindText(name, "text"u8) is { Length: > 0 } text)
            return text;
        var parts = new StringBuilder();
        foreach (var part in tape.Items(tape.Find(name, "given"u8)))
            if (tape.IsString(part))
                parts.Append(tape.Text(part)).Append(' ');
        parts.Append(tape.FindText(name, "family"u8));
        return parts.ToString().Trim() is { Length: > 0 } whole ? whole : null;
    }

    private static string? TypeOf(JsonTape tape, int identifier)
    {
        foreach (var (system, code, _) in tape.Codings(tape.Find(identifier, "type"u8)))
            if (system is "" or "http://terminology.hl7.org/CodeSystem/v2-0203")
                return code;
        return null;
    }
}

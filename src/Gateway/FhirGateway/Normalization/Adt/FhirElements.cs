using System.Text.Json;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Writes FHIR data types from v2 values. What has no value is left out.</summary>
internal static class FhirElements
{
    /// <summary>Marks of the gateway's own on a resource.</summary>
    public const string TagSystem = "urn:fhir-gateway:tag";

    /// <summary>Starts a bundle entry and its resource, with id and meta, in it a tag of the gateway's own if there is one.</summary>
    public static void StartResource(this AdtScope scope, string type, Guid id, string? tag = null)
    {
        var json = scope.Json;
        json.WriteStartObject();
        json.WriteString("fullUrl"u8, $"urn:uuid:{id}");
        json.WriteStartObject("resource"u8);
        json.WriteString("resourceType"u8, type);
        json.WriteString("id"u8, id);
        json.WriteStartObject("meta"u8);
        json.WriteString("source"u8, "urn:fhir-gateway:source:" + scope.Source);
        if (tag is not null)
        {
            json.WriteStartArray("tag"u8);
            json.Coding(TagSystem, tag, null);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public static void EndResource(this AdtScope scope)
    {
        scope.Json.WriteEndObject();
        scope.Json.WriteEndObject();
    }

    public static void Text(this Utf8JsonWriter json, string name, string? value)
    {
        if (Clean(value) is { } text)
            json.WriteString(name, text);
    }

    public static void TextValue(this Utf8JsonWriter json, string? value)
    {
        if (Clean(value) is { } text)
            json.WriteStringValue(text);
    }

    /// <summary>An array of the values that there are; nothing if there are none.</summary>
    public static void Texts(this Utf8JsonWriter json, string name, params ReadOnlySpan<string?> values)
    {
        var open = false;
        foreach (var value in values)
        {
            if (Clean(value) is not { } text)
                continue;
            if (!open)
                json.WriteStartArray(name);
            open = true;
            json.WriteStringValue(text);
        }
        if (open)
            json.WriteEndArray();
    }

    public static void Reference(this Utf8JsonWriter json, string name, string type, Guid id)
    {
        json.WriteStartObject(name);
        ReferenceBody(json, type, id);
        json.WriteEndObject();
    }

    public static void ReferenceValue(this Utf8JsonWriter json, string type, Guid id)
    {
        json.WriteStartObject();
        ReferenceBody(json, type, id);
        json.WriteEndObject();
    }

    public static void Coding(this Utf8JsonWriter json, string? system, string code, string? display)
    {
        json.WriteStartObject();
        json.Text("system", system);
        json.Text("code", code);
        json.Text("display", display);
        json.WriteEndObject();
    }

    /// <summary>A CodeableConcept of one coding.</summary>
    public static void Concept(this Utf8JsonWriter json, string name, string system, string code, string? display = null)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("coding"u8);
        json.Coding(system, code, display);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>
    /// A CodeableConcept from a CWE, CE, CNE, IS or ID: the standard code if the table has one, then the code as sent,
    /// under its own system only if it belongs there. False if nothing was sent.
    /// </summary>
    public static bool Concept(this AdtScope scope, string? name, Hl7Value value, string location, CodeTable? table = null)
    {
        var code = value.TextOf(1);
        var text = value.TextOf(2);
        if (Clean(code) is null && Clean(text) is null)
            return false;
        var json = scope.Json;
        if (name is null)
            json.WriteStartObject();
        else
            json.WriteStartObject(name);
        if (code is not null)
        {
            json.WriteStartArray("coding"u8);
            if (table?.Find(code) is { } target)
                json.Coding(target.System, target.Code, target.Display);
            json.Coding(scope.SystemOf(value, code, table, location), code, text);
            json.WriteEndArray();
        }
        if (code is null)
            json.Text("text", text);
        json.WriteEndObject();
        return true;
    }

    /// <summary>The system of a code as sent: a standard one, the v2 table if the code is in it, else one of the source's own.</summary>
    public static string? SystemOf(this AdtScope scope, Hl7Value value, string code, CodeTable? table, string location)
    {
        var name = value.TextOf(3);
        if (name is not null && CodeSystems.Find(name) is { } system)
            return system;
        var number = name is null ? table?.Number : CodeSystems.TableNumber(name);
        if (number is not null)
        {
            if (table is { IsUserDefined: false } && table.Number == number && table.Contains(code))
                return CodeTables.Terminology + "v2-" + number;
            if (table is not null && table.Find(code) is null && !table.Contains(code))
                scope.Report(AdtIssueCodes.UnmappedCode, location);
            return $"urn:fhir-gateway:table:{scope.Source}:{number}";
        }
        return name is null ? null : $"urn:fhir-gateway:codes:{scope.Source}:{Uri.EscapeDataString(name)}";
    }

    /// <summary>An Identifier as sent under an authority.</summary>
    public static void Identifier(this AdtScope scope, string system, string value, string? typeCode, string? assigner = null)
    {
        var json = scope.Json;
        json.WriteStartObject();
        if (typeCode is not null)
        {
            json.WriteStartObject("type"u8);
            if (CodeTables.IdentifierType.Contains(typeCode))
            {
                json.WriteStartArray("coding"u8);
                json.Coding(CodeTables.Terminology + "v2-0203", typeCode, null);
                json.WriteEndArray();
            }
            else
            {
                json.Text("text", typeCode);
            }
            json.WriteEndObject();
        }
        json.Text("system", system);
        json.Text("value", value);
        if (Clean(assigner) is { } display)
        {
            json.WriteStartObject("assigner"u8);
            json.WriteString("display"u8, display);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    public static void Name(this Utf8JsonWriter json, PersonName name)
    {
        json.WriteStartObject();
        json.Text("use", CodeTables.NameUse(name.TypeCode));
        json.Text("family", name.Family);
        json.Texts("given", name.Given, name.Middle);
        json.Texts("prefix", name.Prefix);
        json.Texts("suffix", name.Suffix, name.Degree);
        json.WriteEndObject();
    }

    public static void Name(this Utf8JsonWriter json, StaffName name)
    {
        json.WriteStartObject();
        json.Text("family", name.Family);
        json.Texts("given", name.Given, name.Middle);
        json.Texts("prefix", name.Prefix);
        json.Texts("suffix", name.Suffix, name.Degree);
        json.WriteEndObject();
    }

    /// <summary>An XAD; false if it says nothing.</summary>
    public static bool Address(this Utf8JsonWriter json, Hl7Value value)
    {
        if (value.TextOf(1) is null && value.TextOf(2) is null && value.TextOf(3) is null && value.TextOf(4) is null && value.TextOf(5) is null && value.TextOf(6) is null)
            return false;
        json.WriteStartObject();
        var type = value.Part(7).Code;
        json.Text("use", CodeTables.AddressUse(type));
        if (type is "M" or "SH")
            json.WriteString("type"u8, "postal"u8);
        json.Texts("line", Street(value.Part(1)), value.TextOf(2));
        json.Text("city", value.TextOf(3));
        json.Text("district", value.TextOf(9));
        json.Text("state", value.TextOf(4));
        json.Text("postalCode", value.TextOf(5));
        json.Text("country", value.TextOf(6));
        json.WriteEndObject();
        return true;
    }

    /// <summary>An XTN; false if it says nothing.</summary>
    public static bool Telecom(this Utf8JsonWriter json, Hl7Value value, string? defaultUse)
    {
        var equipment = value.Part(3).Code;
        var system = value.Part(2).Code is "NET" ? "email" : CodeTables.TelecomSystem(equipment);
        var number = Clean(system is "email" ? value.TextOf(4) ?? value.TextOf(1) : PhoneOf(value));
        if (number is null)
            return false;
        json.WriteStartObject();
        json.WriteString("system"u8, system);
        json.WriteString("value"u8, number);
        var use = CodeTables.TelecomUse(value.Part(2).Code, equipment);
        json.Text("use", use ?? (value.Part(2).IsEmpty ? defaultUse : null));
        json.WriteEndObject();
        return true;
    }

    /// <summary>XTN.12, else XTN.5 to 8 put together, else XTN.1.</summary>
    public static string? PhoneOf(Hl7Value value)
    {
        if (value.TextOf(12) is { } whole)
            return whole;
        if (value.TextOf(7) is not { } local)
            return value.TextOf(1);
        var country = value.TextOf(5) is { } c ? $"+{c.TrimStart('+')} " : "";
        var area = value.TextOf(6) is { } a ? $"{a}-" : "";
        var extension = value.TextOf(8) is { } x ? $" x{x}" : "";
        return country + area + local + extension;
    }

    /// <summary>Without the control characters that FHIR strings exclude, trimmed; null if nothing is left.</summary>
    public static string? Clean(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
            return null;
        if (value.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0)
            return value;
        var text = string.Create(value.Length, value, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = source[i] < ' ' && source[i] is not ('\t' or '\r' or '\n') ? ' ' : source[i];
        });
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    /// <summary>SAD: street, name and number; older senders have plain text.</summary>
    private static string? Street(Hl7Value street) =>
        street.TextOf(2) is null && street.TextOf(3) is null ? street.Text
        : string.Join(' ', new[] { street.TextOf(3), street.TextOf(1), street.TextOf(2) }.Where(part => part is not null));

    private static void ReferenceBody(Utf8JsonWriter json, string type, Guid id)
    {
        // By fullUrl: within a bundle whose entries have no base URL a relative reference leads nowhere.
        Span<char> target = stackalloc char[45];
        "urn:uuid:".CopyTo(target);
        id.TryFormat(target[9..], out _);
        json.WriteString("reference"u8, target);
        json.WriteString("type"u8, type);
    }
}

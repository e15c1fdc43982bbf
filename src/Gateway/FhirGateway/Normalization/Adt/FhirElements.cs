using System.Text.Json;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Writes FHIR elements from v2 values. What has no value is left out.</summary>
internal static class FhirElements
{
    /// <summary>Marks of the gateway's own on a resource.</summary>
    public const string TagSystem = "urn:fhir-gateway:tag";

    /// <summary>Starts a bundle entry and its resource, with id and meta, in it a tag of the gateway's own if there is one.</summary>
    public static void StartResource(this AdtScope scope, string type, Guid id, string? tag = null)
    {
        var json = scope.Json;
        OpenResource(scope, type, id);
        if (tag is not null)
        {
            json.WriteStartArray("tag"u8);
            json.Coding(TagSystem, tag, null);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>As <see cref="StartResource"/>, with meta still open.</summary>
    public static void OpenResource(this AdtScope scope, string type, Guid id)
    {
        var json = scope.Json;
        Span<char> url = stackalloc char[45];
        "urn:uuid:".CopyTo(url);
        id.TryFormat(url[9..], out _);
        json.WriteStartObject();
        json.WriteString("fullUrl"u8, url);
        json.WriteStartObject("resource"u8);
        json.WriteString("resourceType"u8, type);
        json.WriteString("id"u8, url[9..]);
        json.WriteStartObject("meta"u8);
        json.WriteString("source"u8, scope.Origin);
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

    /// <summary>False if there is nothing to write.</summary>
    public static bool Text(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        if (IsClean(value))
            json.WriteString(name, value);
        else if (Clean(value) is { } text)
            json.WriteString(name, text);
        else
            return false;
        return true;
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

    /// <summary>As <see cref="Texts(Utf8JsonWriter, string, ReadOnlySpan{string?})"/>, of parts of one value.</summary>
    public static void Texts(this Utf8JsonWriter json, ReadOnlySpan<byte> name, Hl7Value value, int first, int second = 0)
    {
        var open = Item(json, name, value.Part(first).TextSpan, open: false);
        if (second > 0)
            open = Item(json, name, value.Part(second).TextSpan, open);
        if (open)
            json.WriteEndArray();
    }

    /// <summary>One item of an array that is opened at the first.</summary>
    public static bool Item(this Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<char> value, bool open)
    {
        if (value.IsEmpty || (!IsClean(value) && Clean(value) is null))
            return open;
        if (!open)
            json.WriteStartArray(name);
        if (IsClean(value))
            json.WriteStringValue(value);
        else
            json.WriteStringValue(Clean(value));
        return true;
    }

    public static void Reference(this Utf8JsonWriter json, string name, string type, Guid id)
    {
        json.WriteStartObject(name);
        ReferenceBody(json, type, id);
        json.WriteEndObject();
    }

    public static void Reference(this Utf8JsonWriter json, ReadOnlySpan<byte> name, string type, Guid id)
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

    public static void Coding(this Utf8JsonWriter json, string? system, ReadOnlySpan<char> code, ReadOnlySpan<char> display)
    {
        json.WriteStartObject();
        if (system is not null)
            json.WriteString("system"u8, system);
        json.Text("code"u8, code);
        json.Text("display"u8, display);
        json.WriteEndObject();
    }

    public static void Coding(this Utf8JsonWriter json, CodeTarget target) => json.Coding(target.System, target.Code, target.Display);

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
    /// A CodeableConcept from a CWE, CE, CNE, IS or ID: the standard code if the table has one, then the code as sent, under its own
    /// system only if it belongs there, then the alternate. False if nothing was sent.
    /// </summary>
    public static bool Concept(this AdtScope scope, string? name, Hl7Value value, string location, CodeTable? table = null)
    {
        if (!value.HasValue)
            return false;
        var code = value.Part(1).TextSpan;
        var text = value.Part(2).TextSpan;
        var original = value.Part(9).TextSpan;
        if (!HasText(code) && !HasText(text) && !HasText(original))
            return false;
        var json = scope.Json;
        if (name is null)
            json.WriteStartObject();
        else
            json.WriteStartObject(name);
        var isShown = false;
        if (HasText(code))
        {
            json.WriteStartArray("coding"u8);
            isShown = Codings(scope, value, code, text, location, table);
            json.WriteEndArray();
        }
        if (!json.Text("text"u8, original) && !isShown)
            json.Text("text"u8, text);
        json.WriteEndObject();
        return true;
    }

    /// <summary>
    /// False if the sender's text is no display: the codes of a table of the standard have displays of the standard's, and what else the
    /// sender calls them is text.
    /// </summary>
    private static bool Codings(AdtScope scope, Hl7Value value, ReadOnlySpan<char> code, ReadOnlySpan<char> text, string location, CodeTable? table)
    {
        var json = scope.Json;
        var own = table is null ? null : scope.Table(table);
        var entry = own?.EntryOf(code, value.Part(3).TextSpan);
        if (entry?.Target is { } target)
            json.Coding(target);
        var system = CodeSystems.Of(scope, value.Part(3).TextSpan, code, own, location);
        var isStandard = entry is not null && system == own!.StandardSystem;
        json.Coding(system, isStandard ? entry!.Code : code, isStandard ? default : text);
        var alternate = value.Part(4).TextSpan;
        if (!HasText(alternate))
            return !isStandard;
        if (own?.EntryOf(alternate, value.Part(6).TextSpan)?.Target is { } meant && meant != entry?.Target)
            json.Coding(meant);
        json.Coding(CodeSystems.Of(scope, value.Part(6).TextSpan, alternate, null, location), alternate, value.Part(5).TextSpan);
        return !isStandard;
    }

    /// <summary>The system of a code as sent: a standard one, the v2 table if the code is in it, else one of the source's own.</summary>
    public static string? SystemOf(this AdtScope scope, Hl7Value value, string code, CodeTable? table, string location) =>
        CodeSystems.Of(scope, value.Part(3).TextSpan, code, table is null ? null : scope.Table(table), location);

    /// <summary>An Identifier as sent under an authority.</summary>
    public static void Identifier(this AdtScope scope, string? system, string value, string? typeCode, string? assigner = null)
    {
        var json = scope.Json;
        json.WriteStartObject();
        if (typeCode is not null)
            IdentifierType(scope, typeCode);
        if (system is not null)
            json.WriteString("system"u8, system);
        json.Text("value"u8, value);
        if (HasText(assigner))
        {
            json.WriteStartObject("assigner"u8);
            json.Text("display"u8, assigner);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>A CX as an item of an array that is opened at the first.</summary>
    public static bool Identifier(this AdtScope scope, ReadOnlySpan<byte> name, Hl7Value value, string? defaultType, bool open)
    {
        var cx = new ExtendedId(value);
        if (Clean(cx.Id) is not { } id)
            return open;
        if (!open)
            scope.Json.WriteStartArray(name);
        scope.Identifier(scope.SystemOf(cx.Authority), id, cx.TypeCode ?? defaultType, cx.Authority.Namespace);
        return true;
    }

    /// <summary>FHIR demands the element and the sender did not say it: without a value, with the reason.</summary>
    public static void Absent(this Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WriteStartObject(name);
        json.AbsentReason();
        json.WriteEndObject();
    }

    /// <summary>As <see cref="Absent"/>, for an item of an array.</summary>
    public static void AbsentItem(this Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.AbsentReason();
        json.WriteEndObject();
    }

    public static void AbsentReason(this Utf8JsonWriter json)
    {
        json.WriteStartArray("extension"u8);
        json.WriteStartObject();
        json.WriteString("url"u8, "http://hl7.org/fhir/StructureDefinition/data-absent-reason"u8);
        json.WriteString("valueCode"u8, "unknown"u8);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>A dateTime; an unreadable one is reported and left out.</summary>
    public static bool DateTime(this AdtScope scope, ReadOnlySpan<byte> name, Hl7Value value, string location)
    {
        if (scope.Time(value, location) is not { } time)
            return false;
        Span<char> text = stackalloc char[DateText.Longest];
        scope.Json.WriteString(name, text[..(time.HasTime ? DateText.Write(text, scope.Instant(time)) : DateText.Write(text, time))]);
        return true;
    }

    public static bool HasText(ReadOnlySpan<char> value) => !value.IsEmpty && (IsClean(value) || Clean(value) is not null);

    /// <summary>Whether a value says anything by code or text.</summary>
    public static bool SaysAnything(this Hl7Value value) =>
        value.HasValue && (HasText(value.Part(1).TextSpan) || HasText(value.Part(2).TextSpan) || HasText(value.Part(9).TextSpan));

    /// <summary>Without the control characters that FHIR strings exclude, trimmed; null if nothing is left.</summary>
    public static string? Clean(string? value) =>
        string.IsNullOrEmpty(value) ? null : IsClean(value) ? value : Clean(value.AsSpan());

    private static string? Clean(ReadOnlySpan<char> value)
    {
        Span<char> text = value.Length <= 256 ? stackalloc char[value.Length] : new char[value.Length];
        for (var i = 0; i < text.Length; i++)
            text[i] = value[i] < ' ' && value[i] is not ('\t' or '\r' or '\n') ? ' ' : value[i];
        var trimmed = text.Trim();
        return trimmed.IsEmpty ? null : trimmed.ToString();
    }

    /// <summary>Nothing to take away: no control character, no white space around.</summary>
    private static bool IsClean(ReadOnlySpan<char> value) =>
        !value.IsEmpty && value.IndexOfAnyInRange('\0', '\u001F') < 0 && !char.IsWhiteSpace(value[0]) && !char.IsWhiteSpace(value[^1]);

    private static void IdentifierType(AdtScope scope, string typeCode)
    {
        var json = scope.Json;
        var table = scope.Table(CodeTables.IdentifierType);
        json.WriteStartObject("type"u8);
        if (table.Entry(typeCode) is { } known)
        {
            json.WriteStartArray("coding"u8);
            if (known.Target is { } target)
                json.Coding(target);
            else
                json.Coding(table.StandardSystem, known.Code, null);
            json.WriteEndArray();
        }
        else
        {
            json.Text("text"u8, typeCode);
        }
        json.WriteEndObject();
    }

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

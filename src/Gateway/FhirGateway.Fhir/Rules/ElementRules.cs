using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>One pass over a resource: rules for single elements whatever the resource, and the resources within it.</summary>
internal sealed class ElementRules(NarrativeRules narratives, ContainedRules contained)
{
    private RuleReport report = null!;
    private JsonTape tape = null!;

    /// <summary>The contained resources of the resource that is not contained itself; -1 for none.</summary>
    private int containedList = -1;

    /// <summary>Checks a resource and all within it.</summary>
    /// <param name="target">Where findings go.</param>
    /// <param name="nested">Is called with each resource, the inner ones first.</param>
    public void Check(RuleReport target, Action<int, ResourcePlace> nested)
    {
        report = target;
        tape = target.Tape;
        CheckResource(0, ResourcePlace.Outermost, nested);
    }

    private void CheckResource(int resource, ResourcePlace place, Action<int, ResourcePlace> nested)
    {
        CheckId(resource);
        var list = tape.Find(resource, "contained"u8);
        var outer = containedList;
        if (place != ResourcePlace.Contained)
            containedList = list;
        Walk(resource, nested);
        containedList = outer;
        if (list >= 0 && tape[list].Kind == JsonKind.Array)
            contained.Check(report, resource, list);
        nested(resource, place);
    }

    private void CheckId(int resource)
    {
        var id = tape.Find(resource, "id"u8);
        if (tape.IsString(id) && !PrimitiveFormat.IsValid(PrimitiveKind.Id, tape.Bytes(id)))
            report.Error(id, "value", "resource-id", "An id of a resource has 1 to 64 of A-Z a-z 0-9 - .; give it another");
    }

    private void Walk(int obj, Action<int, ResourcePlace> nested)
    {
        var end = tape[obj].Next;
        for (var name = obj + 1; name < end; name = tape[name + 1].Next)
        {
            var role = NameRoles.Find(tape[name].Next);
            var value = name + 1;
            if (tape[value].Kind != JsonKind.Array)
            {
                WalkValue(obj, value, role, nested);
                continue;
            }
            for (var item = value + 1; item < tape[value].Next; item = tape[item].Next)
                WalkValue(obj, item, role, nested);
        }
    }

    private void WalkValue(int obj, int value, NameRole role, Action<int, ResourcePlace> nested)
    {
        switch (tape[value].Kind)
        {
            case JsonKind.String:
                CheckText(obj, value, role);
                break;
            case JsonKind.Object when role is NameRole.Contained or NameRole.Resource && tape.Has(value, "resourceType"u8):
                CheckResource(value, role == NameRole.Contained ? ResourcePlace.Contained : ResourcePlace.Nested, nested);
                break;
            case JsonKind.Object:
                CheckObject(value, role);
                Walk(value, nested);
                break;
            case JsonKind.Array:
                for (var item = value + 1; item < tape[value].Next; item = tape[item].Next)
                    WalkValue(obj, item, role, nested);
                break;
        }
    }

    private void CheckText(int obj, int value, NameRole role)
    {
        if (role == NameRole.Div)
        {
            narratives.Check(report, value);
            return;
        }
        var raw = tape.Raw(value);
        if (raw.IsEmpty)
            return;
        if (raw.IndexOf((byte)'<') >= 0 && HoldsTag(raw))
            ReportTag(value);
        switch (role)
        {
            case NameRole.Reference:
                CheckReference(value);
                return;
            case NameRole.Data:
                CheckAttachment(obj, value);
                return;
            case NameRole.System:
                CheckSystem(obj, value, raw);
                break;
            case NameRole.Canonical when raw[0] != '#' && !UriText.IsAbsolute(raw):
                CheckCanonical(value);
                break;
        }
        if (raw[0] is (byte)'u' or (byte)'o')
            CheckUrn(value, raw);
    }

    private void CheckObject(int obj, NameRole role)
    {
        switch (role)
        {
            case NameRole.Extension:
                var url = tape.Find(obj, "url"u8);
                if (tape.IsString(url) && tape.Raw(url).IndexOf((byte)'|') >= 0)
                    report.Error(url, "extension", "extension-url-version",
                        "The url of an extension names its definition without a version; leave out the bar and what follows");
                break;
            case NameRole.Identifier:
                CheckIdentifier(obj);
                break;
        }
    }

    /// <summary>Identifier.value holds the whole URI where the system is urn:ietf:rfc:3986 (datatypes.html#Identifier).</summary>
    private void CheckIdentifier(int obj)
    {
        var system = tape.Find(obj, "system"u8);
        if (!tape.Is(system, "urn:ietf:rfc:3986"u8))
            return;
        var value = tape.Find(obj, "value"u8);
        if (tape.IsString(value) && !UriText.IsAbsolute(tape.Bytes(value)))
            report.Error(value, "value", "identifier-uri", "With the system urn:ietf:rfc:3986 the value is a whole URI, such as urn:oid:... or urn:uuid:...");
    }

    private void CheckReference(int value)
    {
        var raw = tape.Raw(value);
        if (raw[0] == '#')
            CheckLocal(value, raw);
        else if (raw.IndexOfAny(" \t\r\n"u8) >= 0)
            report.Error(value, "value", "reference-format", "A reference is a URL without spaces: [type]/[id], an absolute URL, urn:uuid:, urn:oid: or #id");
    }

    /// <summary>references.html#contained: <c>#id</c> names a contained resource of the resource around, <c>#</c> that resource itself.</summary>
    private void CheckLocal(int value, ReadOnlySpan<byte> raw)
    {
        var isInside = containedList >= 0 && value > containedList && value < tape[containedList].Next;
        if (raw.Length == 1)
        {
            if (!isInside)
                report.Error(value, "not-found", "reference-contained", "# alone leads from a contained resource to the one around it");
            return;
        }
        if (containedList >= 0 && tape[containedList].Kind == JsonKind.Array)
            for (var item = containedList + 1; item < tape[containedList].Next; item = tape[item].Next)
                if (tape[item].Kind == JsonKind.Object && tape.Is(tape.Find(item, "id"u8), tape.Bytes(value)[1..]))
                    return;
        report.Error(value, "not-found", "reference-contained", "No contained resource has this id");
    }

    private void CheckSystem(int obj, int value, ReadOnlySpan<byte> raw)
    {
        if (raw.StartsWith("http:"u8) || raw.StartsWith("https:"u8) || raw.StartsWith("urn:"u8) || raw.IndexOfAnyExceptInRange((byte)'a', (byte)'z') < 0)
            return;
        var path = ElementPath.Find(tape, value);
        if (path.Kind == PrimitiveKind.Uri && path.Owner is "Coding" or "Identifier" or "Quantity" && !UriText.IsAbsolute(tape.Bytes(value)))
            report.Error(value, "value", "system-absolute", $"The system of a {path.Owner} is an absolute URI");
        _ = obj;
    }

    private void CheckCanonical(int value)
    {
        if (ElementPath.Find(tape, value).Kind == PrimitiveKind.Canonical && !UriText.IsAbsolute(tape.Bytes(value)))
            report.Error(value, "value", "canonical-absolute", "A canonical is an absolute URL, or #id for a contained resource");
    }

    /// <summary>datatypes.html#uri: a UUID or OID as a URI is <c>urn:uuid:</c> or <c>urn:oid:</c> and a valid one.</summary>
    private void CheckUrn(int value, ReadOnlySpan<byte> raw)
    {
        if (UriText.IsBrokenUrn(raw) && IsUri(value))
            report.Error(value, "value", "uri-urn", "What follows urn:uuid: is a UUID, what follows urn:oid: is an OID");
        else if ((raw.StartsWith("uuid:"u8) || raw.StartsWith("oid:"u8)) && IsUri(value))
            report.Error(value, "value", "uri-urn", "Begin with urn:uuid: or urn:oid:");
    }

    private bool IsUri(int value) => ElementPath.Find(tape, value).Kind
        is PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical or PrimitiveKind.Oid or PrimitiveKind.Uuid;

    /// <summary>datatypes.html#Attachment: size is that of the data before base64.</summary>
    private void CheckAttachment(int obj, int data)
    {
        var size = tape.Find(obj, "size"u8);
        if (size < 0 || tape[size].Kind != JsonKind.Number)
            return;
        var length = Base64Length(tape.Bytes(data));
        if (length >= 0 && (!System.Buffers.Text.Utf8Parser.TryParse(tape.Raw(size), out long stated, out _) || stated != length))
            report.Error(size, "value", "attachment-size", $"The data has {length} bytes; size must say so");
    }

    private static int Base64Length(ReadOnlySpan<byte> text) =>
        System.Buffers.Text.Base64.IsValid(text, out var length) ? length : -1;

    /// <summary>A <c>&lt;</c> with a letter behind it and a <c>&gt;</c> before the next <c>&lt;</c>.</summary>
    private static bool HoldsTag(ReadOnlySpan<byte> text)
    {
        for (var at = text.IndexOf((byte)'<'); at >= 0;)
        {
            text = text[(at + 1)..];
            at = text.IndexOf((byte)'<');
            var end = text.IndexOf((byte)'>');
            if (end > 0 && (at < 0 || end < at) && char.IsAsciiLetter((char)text[text[0] == '/' ? Math.Min(1, end) : 0]))
                return true;
        }
        return false;
    }

    private void ReportTag(int value)
    {
        if (ElementPath.Find(tape, value).Kind is not (PrimitiveKind.Markdown or PrimitiveKind.Xhtml or PrimitiveKind.None))
            report.Warning(value, "value", "html-in-text", "The text looks like HTML; it is shown as it is, and a reader that does not escape it is at risk");
    }
}

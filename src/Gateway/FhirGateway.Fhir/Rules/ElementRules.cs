using System.Buffers.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Rules;

/// <summary>
/// One pass over the tokens: rules for single elements whatever the resource, and the resources within it. A look at the
/// hash of each name and the first byte of each text decides; only then is more read.
/// </summary>
internal sealed class ElementRules(NarrativeRules narratives)
{
    private readonly List<int> contained = [];
    private readonly List<int> nested = [];
    private RuleReport report = null!;
    private JsonTape tape = null!;

    /// <summary>The resources around, but for contained ones.</summary>
    private readonly Stack<(int End, int Contained)> around = [];

    /// <summary>The innermost of them: where it ends, and its list of contained ones or -1.</summary>
    private (int End, int Contained) scope;

    /// <summary>The contained resources of all resources, as met.</summary>
    public List<int> Contained => contained;

    /// <summary>The resources in Bundles and parameters, as met, the outermost first.</summary>
    public List<int> Nested => nested;

    public void Check(RuleReport target)
    {
        report = target;
        tape = target.Tape;
        contained.Clear();
        nested.Clear();
        around.Clear();
        Enter(0);
        var tokens = tape.Row.AsSpan(0, tape.Count);
        var json = tape.Json.Span;
        var textFrom = 0;
        for (var i = 1; i < tokens.Length; i++)
        {
            ref readonly var token = ref tokens[i];
            if (token.Kind == JsonKind.String)
            {
                if (token.Length > 4 && json[token.Start] is (byte)'u' or (byte)'o')
                    CheckUrn(i, tape.Raw(i));
                continue;
            }
            if (token.Kind != JsonKind.Name)
                continue;
            var role = NameRoles.Find(token.Next);
            if (role == NameRole.None)
                continue;
            while (i >= scope.End)
                scope = around.Pop();
            if (role == NameRole.Div && tokens[i + 1].Kind == JsonKind.String)
            {
                CheckTags(json, textFrom, tokens[i + 1].Start);
                textFrom = tokens[i + 1].Start + tokens[i + 1].Length;
                narratives.Check(report, i + 1);
                i++;
            }
            else
                CheckNamed(i + 1, role);
        }
        CheckTags(json, textFrom, json.Length);
    }

    private void CheckNamed(int value, NameRole role)
    {
        switch (role)
        {
            case NameRole.Contained when tape[value].Kind == JsonKind.Array:
                for (var item = value + 1; item < tape[value].Next; item = tape[item].Next)
                    if (tape[item].Kind == JsonKind.Object)
                    {
                        contained.Add(item);
                        CheckId(item);
                    }
                break;
            case NameRole.Resource when tape[value].Kind == JsonKind.Object && tape.Has(value, "resourceType"u8):
                nested.Add(value);
                Enter(value);
                break;
            case NameRole.Security when tape[value].Kind == JsonKind.Array:
                CheckLabels(value);
                break;
            case NameRole.Canonical when tape[value].Kind == JsonKind.Array:
                for (var item = value + 1; item < tape[value].Next; item = tape[item].Next)
                    if (tape[item].Kind == JsonKind.String)
                        CheckText(item, role);
                break;
            default:
                if (tape[value].Kind == JsonKind.String)
                    CheckText(value, role);
                break;
        }
    }

    private void CheckText(int value, NameRole role)
    {
        var raw = tape.Raw(value);
        if (raw.IsEmpty)
            return;
        switch (role)
        {
            case NameRole.Reference:
                CheckReference(value, raw);
                break;
            case NameRole.Data:
                CheckAttachment(value);
                break;
            case NameRole.System:
                CheckSystem(value, raw);
                break;
            case NameRole.Url when raw.IndexOf((byte)'|') >= 0 && ElementPath.Find(tape, value).Owner == "Extension":
                report.Error(value, "extension", "extension-url-version",
                    "The url of an extension names its definition without a version; leave out the bar and what follows");
                break;
            case NameRole.Canonical when raw[0] != '#' && !UriText.IsAbsolute(raw):
                CheckCanonical(value);
                break;
        }
    }

    private void Enter(int resource)
    {
        around.Push(scope);
        scope = (tape[resource].Next, tape.Find(resource, "contained"u8));
        CheckId(resource);
    }

    private void CheckId(int resource)
    {
        var id = tape.Find(resource, "id"u8);
        if (tape.IsString(id) && !PrimitiveFormat.IsValid(PrimitiveKind.Id, tape.Bytes(id)))
            report.Error(id, "value", "resource-id", "An id of a resource has 1 to 64 of A-Z a-z 0-9 - .; give it another");
    }

    /// <summary>Identifier.value holds the whole URI where the system is urn:ietf:rfc:3986 (datatypes.html#Identifier).</summary>
    private void CheckIdentifier(int system)
    {
        var value = tape.Find(Holder(system), "value"u8);
        if (tape.IsString(value) && !UriText.IsAbsolute(tape.Bytes(value)) && ElementPath.Find(tape, system).Owner == "Identifier")
            report.Error(value, "value", "identifier-uri", "With the system urn:ietf:rfc:3986 the value is a whole URI, such as urn:oid:... or urn:uuid:...");
    }

    /// <summary>The object that has a property.</summary>
    private int Holder(int value)
    {
        var at = value - 1;
        while (tape[at].Kind != JsonKind.Object || tape[at].Next <= value)
            at--;
        return at;
    }

    /// <summary>resource.html#Meta: security labels are a set, by system and code.</summary>
    private void CheckLabels(int list)
    {
        if (tape[list].Next <= list + 2 || tape[list + 1].Next == tape[list].Next)
            return;
        for (var label = tape[list + 1].Next; label < tape[list].Next; label = tape[label].Next)
            for (var other = list + 1; other < label; other = tape[other].Next)
                if (IsSameLabel(label, other) && ElementPath.Find(tape, label).Owner == "Meta")
                {
                    report.Error(label, "business-rule", "meta-security", "This security label is already there");
                    break;
                }
    }

    private bool IsSameLabel(int label, int other) =>
        tape.Has(label, "code"u8) && tape.FindBytes(other, "code"u8).SequenceEqual(tape.FindBytes(label, "code"u8))
        && tape.FindBytes(other, "system"u8).SequenceEqual(tape.FindBytes(label, "system"u8));

    private void CheckReference(int value, ReadOnlySpan<byte> raw)
    {
        if (raw[0] == '#')
            CheckLocal(value, raw);
        else if (raw.IndexOfAny(" \t\r\n"u8) >= 0)
            report.Error(value, "value", "reference-format", "A reference is a URL without spaces: [type]/[id], an absolute URL, urn:uuid:, urn:oid: or #id");
    }

    /// <summary>references.html#contained: <c>#id</c> names a contained resource of the resource around, <c>#</c> that resource itself.</summary>
    private void CheckLocal(int value, ReadOnlySpan<byte> raw)
    {
        var list = scope.Contained;
        if (raw.Length == 1)
        {
            if (list < 0 || value < list || value >= tape[list].Next)
                report.Error(value, "not-found", "reference-contained", "# alone leads from a contained resource to the one around it");
            return;
        }
        if (list >= 0 && tape[list].Kind == JsonKind.Array)
            for (var item = list + 1; item < tape[list].Next; item = tape[item].Next)
                if (tape[item].Kind == JsonKind.Object && tape.Is(tape.Find(item, "id"u8), tape.Bytes(value)[1..]))
                    return;
        report.Error(value, "not-found", "reference-contained", "No contained resource has this id");
    }

    private void CheckSystem(int value, ReadOnlySpan<byte> raw)
    {
        if (raw.SequenceEqual("urn:ietf:rfc:3986"u8))
            CheckIdentifier(value);
        if (raw.StartsWith("http:"u8) || raw.StartsWith("https:"u8) || raw.StartsWith("urn:"u8) || raw.IndexOfAnyExceptInRange((byte)'a', (byte)'z') < 0)
            return;
        var path = ElementPath.Find(tape, value);
        if (path.Kind == PrimitiveKind.Uri && path.Owner is "Coding" or "Identifier" or "Quantity" && !UriText.IsAbsolute(tape.Bytes(value)))
            report.Error(value, "value", "system-absolute", $"The system of a {path.Owner} is an absolute URI");
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
    private void CheckAttachment(int data)
    {
        var size = tape.Find(Holder(data), "size"u8);
        if (size < 0 || tape[size].Kind != JsonKind.Number || !Base64.IsValid(tape.Bytes(data), out var length))
            return;
        if (!Utf8Parser.TryParse(tape.Raw(size), out long stated, out _) || stated != length)
            report.Error(size, "value", "attachment-size", $"The data has {length} bytes; size must say so");
    }

    /// <summary>Finds <c>&lt;</c>, a letter and <c>&gt;</c> in the texts between two places.</summary>
    private void CheckTags(ReadOnlySpan<byte> json, int from, int to)
    {
        for (var at = json[from..to].IndexOf((byte)'<'); at >= 0; at = json[from..to].IndexOf((byte)'<'))
        {
            from += at;
            var token = TokenAt(from);
            var text = tape.Raw(token);
            if (tape[token].Kind == JsonKind.String && HoldsTag(text)
                && ElementPath.Find(tape, token).Kind is not (PrimitiveKind.Markdown or PrimitiveKind.Xhtml or PrimitiveKind.None))
                report.Warning(token, "value", "html-in-text", "The text looks like HTML; it is shown as it is, and a reader that does not escape it is at risk");
            from = Math.Max(from + 1, tape[token].Kind == JsonKind.String ? tape[token].Start + text.Length : 0);
        }
    }

    private int TokenAt(int position)
    {
        var (low, high) = (0, tape.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (tape[middle].Start <= position)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

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
}

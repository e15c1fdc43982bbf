using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>Narratives: that they are XHTML as narrative.html wants it, and that links within the document lead somewhere.</summary>
internal sealed class NarrativeRules
{
    private readonly NarrativeLinks links = new();
    private readonly NarrativeLinks anchors = new() { WithAnchors = true };
    private byte[] buffer = new byte[4096];
    private JsonTape? anchored;

    /// <summary>Forgets the resource before.</summary>
    public void Reset() => anchored = null;

    public void Check(RuleReport report, int div)
    {
        links.Clear();
        var text = Unescape(report.Tape, div);
        var fault = text.IndexOf((byte)'#') < 0 ? NarrativeReader.Check(text) : NarrativeReader.Read(text, links);
        if (!fault.IsNone)
            report.Error(div, "invariant", fault.Code == NarrativeFaultCode.Empty ? "txt-2" : "txt-1", Message(fault.Code));
        if (links.Links.Count == 0)
            return;
        FindAnchors(report.Tape);
        foreach (var link in links.Links)
            if (!anchors.HasAnchor(link))
            {
                report.Warning(div, "value", "narrative-link", "A link within the document leads to no id of the resource, of its Bundle or of a narrative");
                break;
            }
    }

    /// <summary>Adds where the links of a narrative lead to.</summary>
    public void ReadLinks(JsonTape tape, int div, NarrativeLinks found)
    {
        var text = Unescape(tape, div);
        if (text.IndexOf((byte)'#') >= 0 || text.IndexOf("id="u8) >= 0 || text.IndexOf("name="u8) >= 0)
            NarrativeReader.Read(text, found);
    }

    private void FindAnchors(JsonTape tape)
    {
        if (ReferenceEquals(anchored, tape))
            return;
        anchored = tape;
        anchors.Clear();
        var (id, div) = ((int)JsonText.Hash("id"u8), (int)JsonText.Hash("div"u8));
        for (var i = 1; i + 1 < tape.Count; i++)
        {
            if (tape[i].Kind != JsonKind.Name || tape[i + 1].Kind != JsonKind.String)
                continue;
            if (tape[i].Next == id)
                anchors.AddAnchor(tape.Bytes(i + 1));
            else if (tape[i].Next == div)
                ReadLinks(tape, i + 1, anchors);
        }
    }

    private ReadOnlySpan<byte> Unescape(JsonTape tape, int value)
    {
        var raw = tape.Raw(value);
        if (!tape[value].IsEscaped)
            return raw;
        if (buffer.Length < raw.Length)
            buffer = new byte[raw.Length * 2];
        return buffer.AsSpan(0, JsonText.Unescape(raw, buffer));
    }

    private static string Message(NarrativeFaultCode code) => code switch
    {
        NarrativeFaultCode.NotWellFormed => "The narrative is not well-formed XML with one div element",
        NarrativeFaultCode.WrongRoot => "The narrative is a div element",
        NarrativeFaultCode.WrongNamespace => "The namespace of the div and of all within it is http://www.w3.org/1999/xhtml",
        NarrativeFaultCode.ElementNotAllowed => "The narrative has an element that is not allowed there: no scripts, forms, objects, frames or styles",
        NarrativeFaultCode.AttributeNotAllowed => "The narrative has an attribute that is not allowed there: no events, and only those that HTML has for the element",
        NarrativeFaultCode.ActiveLink => "A link in the narrative runs code",
        NarrativeFaultCode.EmptyLink => "A link or image in the narrative has no target",
        NarrativeFaultCode.UnknownEntity => "The narrative has a reference to an entity or character that does not exist; write the character itself",
        NarrativeFaultCode.BlockInParagraph => "A paragraph holds no div, table, list, quotation or other paragraph",
        NarrativeFaultCode.TooDeep => "The narrative has too many elements within each other",
        NarrativeFaultCode.Empty => "The narrative has neither text nor an image",
        _ => "The narrative has a document type, processing instruction or CDATA section",
    };
}

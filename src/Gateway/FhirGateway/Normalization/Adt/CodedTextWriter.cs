using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>The code of a DG1 or PR1: field 3, of which old senders give the system in field 2 and the text in field 4.</summary>
internal static class CodedTextWriter
{
    public static void Write(AdtScope scope, Hl7Segment segment, string location)
    {
        var json = scope.Json;
        var value = segment.Field(3);
        var code = value.Part(1).TextSpan;
        var text = value.Part(2).TextSpan;
        if (!FhirElements.HasText(text))
            text = segment.Field(4).TextSpan;
        json.WriteStartObject("code"u8);
        if (FhirElements.HasText(code))
        {
            var named = value.Part(3).TextSpan;
            var method = named.IsEmpty ? segment.Field(2).Text : null;
            json.WriteStartArray("coding"u8);
            json.Coding(method is not null ? CodeSystems.Find(method) : CodeSystems.Of(scope, named, code, null, location), code, text);
            var alternate = value.Part(4).TextSpan;
            if (FhirElements.HasText(alternate))
                json.Coding(CodeSystems.Of(scope, value.Part(6).TextSpan, alternate, null, location), alternate, value.Part(5).TextSpan);
            json.WriteEndArray();
        }
        var written = FhirElements.HasText(segment.Field(4).TextSpan) ? segment.Field(4).TextSpan : text;
        json.Text("text"u8, written);
        json.WriteEndObject();
    }
}

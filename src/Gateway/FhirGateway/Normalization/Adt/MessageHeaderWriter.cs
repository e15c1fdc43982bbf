using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>MSH and SFT to MessageHeader: the first resource of the bundle, and one that differs between a message and its resend.</summary>
internal static class MessageHeaderWriter
{
    public static void Write(AdtScope scope, string trigger, string bundleKey)
    {
        var json = scope.Json;
        var header = scope.Message.Header;
        WriteMeta(scope, scope.Id("MessageHeader", bundleKey));
        WriteLanguage(scope, header.Field(19).Code);
        json.WritePropertyName("eventCoding"u8);
        json.Coding(CodeTables.Terminology + "v2-0003", trigger, null);
        WriteDestination(scope);
        if (OrganizationWriter.OfSender(scope) is { } sender)
            json.Reference("sender"u8, "Organization", sender);
        WriteSource(scope);
        var responsible = header.Field(22).Part(1).WholeText;
        if (FhirElements.Clean(responsible) is { } name)
        {
            json.WriteStartObject("responsible"u8);
            json.WriteString("display"u8, name);
            json.WriteEndObject();
        }
        json.WriteStartArray("focus"u8);
        if (scope.EncounterId is { } encounter)
            json.ReferenceValue("Encounter", encounter);
        json.ReferenceValue("Patient", scope.PatientId);
        json.WriteEndArray();
        scope.EndResource();
    }

    /// <summary>MSH-11 (production, training, debugging) as tag; MSH-8 and MSH-26 as security labels of the sender's own.</summary>
    private static void WriteMeta(AdtScope scope, Guid id)
    {
        var json = scope.Json;
        var header = scope.Message.Header;
        scope.OpenResource("MessageHeader", id);
        var security = header.Field(8).TextSpan;
        var labels = header.Field(26);
        if (FhirElements.HasText(security) || labels.SaysAnything())
        {
            json.WriteStartArray("security"u8);
            if (FhirElements.HasText(security))
            {
                json.WriteStartObject();
                json.Text("display"u8, security);
                json.WriteEndObject();
            }
            foreach (var label in labels.Repetitions.AtMost(AdtScope.MostRepetitions))
                if (FhirElements.HasText(label.Part(1).TextSpan))
                    json.Coding(CodeSystems.Of(scope, label.Part(3).TextSpan, label.Part(1).TextSpan, null, "MSH-26"), label.Part(1).TextSpan, label.Part(2).TextSpan);
            json.WriteEndArray();
        }
        var processing = header.Field(11).Part(1).Code;
        if (processing is "P" or "T" or "D")
        {
            json.WriteStartArray("tag"u8);
            json.Coding(CodeTables.Terminology + "v2-0103", processing, null);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>MSH-19 where it is a tag of BCP 47.</summary>
    private static void WriteLanguage(AdtScope scope, ReadOnlySpan<char> code)
    {
        var isTag = code.Length is 2 or 5 && char.IsAsciiLetterLower(code[0]) && char.IsAsciiLetterLower(code[1])
            && (code.Length == 2 || (code[2] == '-' && char.IsAsciiLetterUpper(code[3]) && char.IsAsciiLetterUpper(code[4])));
        if (isTag)
            scope.Json.WriteString("language"u8, code);
    }

    /// <summary>MSH-5 and 6: for whom the sender meant it. FHIR demands an address; the network address MSH-25 where there is one.</summary>
    private static void WriteDestination(AdtScope scope)
    {
        var json = scope.Json;
        var header = scope.Message.Header;
        var application = new HierarchicDesignator(header.Field(5));
        var facility = new HierarchicDesignator(header.Field(6));
        if (application.IsEmpty && facility.IsEmpty)
            return;
        json.WriteStartArray("destination"u8);
        json.WriteStartObject();
        json.Text("name"u8, application.Namespace ?? application.UniversalId ?? facility.Namespace);
        var address = new HierarchicDesignator(header.Field(25));
        json.WriteString("endpoint"u8, scope.SystemOf(address.IsEmpty ? application.IsEmpty ? facility : application : address));
        if (!facility.IsEmpty)
        {
            json.WriteStartObject("receiver"u8);
            json.Text("display"u8, facility.Namespace ?? facility.UniversalId);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteSource(AdtScope scope)
    {
        var json = scope.Json;
        var software = scope.Message.First("SFT");
        json.WriteStartObject("source"u8);
        json.Text("name"u8, scope.Message.Header.Field(3).Part(1).TextSpan);
        json.Text("software"u8, software.Field(3).TextSpan);
        json.Text("version"u8, software.Field(2).TextSpan);
        json.WriteString("endpoint"u8, scope.Origin);
        json.WriteEndObject();
    }
}

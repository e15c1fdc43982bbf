using System.Collections.Frozen;
using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Normalization;
using FhirGateway.Normalization;

namespace FhirGateway.Labels;

/// <summary>Which labels a resource or message gets at intake, from codes, dates, places and what the sender itself says.</summary>
public static class LabelRules
{
    private static readonly FrozenDictionary<(string System, string Code), SensitivityLabel> Security =
        EmbeddedTable.Rows("security-labels.tsv").ToFrozenDictionary(r => (r[0], r[1]), r => Enum.Parse<SensitivityLabel>(r[2]));

    private static readonly FrozenSet<int> SecurityLengths = Security.Keys.Select(k => k.Code.Length).ToFrozenSet();

    /// <summary>Labels of a resource by every coding in it, wherever it stands.</summary>
    /// <param name="json">UTF-8 of the resource, normalized or as sent.</param>
    /// <param name="service">When the service was; a dated code labels an undated service.</param>
    /// <exception cref="ArgumentException">Not strict JSON: nothing may be labelled "none" unread.</exception>
    public static LabelSet OfResource(ReadOnlyMemory<byte> json, ServicePeriod? service = null)
    {
        var tape = new JsonTape();
        if (!tape.Read(json).IsNone)
            throw new ArgumentException("Not strict JSON.", nameof(json));
        return OfResource(tape, service);
    }

    /// <summary>Labels of a resource that is on a tape.</summary>
    public static LabelSet OfResource(JsonTape tape, ServicePeriod? service = null)
    {
        var labels = LabelSet.Empty;
        for (var i = 0; i < tape.Count; i++)
        {
            if (tape[i].Kind != JsonKind.Name || tape[i].Length != 4 || !IsCode(tape, i))
                continue;
            labels = labels.Union(OfCoding(tape, i, service ?? default));
        }
        return labels;
    }

    /// <summary>Labels of an HL7v2 message, before it is converted.</summary>
    public static LabelSet OfMessage(MessageFields fields, SensitivePlaces? places = null)
    {
        places ??= SensitivePlaces.None;
        var labels = LabelSet.Empty;
        if (HasValue(fields.VipIndicator))
            labels = labels.With(SensitivityLabel.Vip);
        if (IsIn(places.Facilities, fields.Facility) || IsIn(places.Units, fields.Unit) || IsIn(places.Services, fields.HospitalService))
            labels = labels.With(SensitivityLabel.SensitivePlace);
        labels = labels.Union(PlaceNames.Find(fields.Facility)).Union(PlaceNames.Find(fields.Unit))
            .Union(PlaceNames.Find(fields.HospitalService)).Union(PlaceNames.Find(fields.PatientClass));
        foreach (var (code, system) in fields.Codes)
            labels = labels.Union(SensitiveCodes.Find(Encoding.UTF8.GetBytes(system ?? ""), Encoding.UTF8.GetBytes(code ?? ""), fields.Service));
        return labels.Union(MinorServices.OfMessage(fields));
    }

    private static bool IsCode(JsonTape tape, int name) => tape[name + 1].Kind == JsonKind.String && tape.Raw(name).SequenceEqual("code"u8);

    private static LabelSet OfCoding(JsonTape tape, int name, ServicePeriod service)
    {
        var code = tape.Bytes(name + 1);
        var system = SystemBeside(tape, name);
        var labels = SensitiveCodes.Find(system, code, service);
        if (system.IsEmpty || !SecurityLengths.Contains(code.Length))
            return labels;
        var canonical = CodeSystemAliases.TryFindCanonical(system, out var found) ? found : system;
        if (!canonical.StartsWith("http://terminology.hl7.org/CodeSystem/v"u8))
            return labels;
        return Security.TryGetValue((Encoding.UTF8.GetString(canonical), Encoding.UTF8.GetString(code)), out var label) ? labels.With(label) : labels;
    }

    /// <summary>The system in the same object; it may stand before or after the code.</summary>
    private static ReadOnlySpan<byte> SystemBeside(JsonTape tape, int name)
    {
        var parent = name - 1;
        while (parent >= 0 && !(tape[parent].Kind == JsonKind.Object && tape[parent].Next > name))
            parent--;
        var system = tape.Find(parent, "system"u8);
        return tape.IsString(system) ? tape.Bytes(system) : default;
    }

    private static bool IsIn(FrozenSet<string> names, string? name) => HasValue(name) && names.Contains(name!.Trim());

    /// <summary>Two quotes are HL7's null: the sender takes the value back.</summary>
    private static bool HasValue(string? text) => !string.IsNullOrWhiteSpace(text) && text != "\"\"";
}

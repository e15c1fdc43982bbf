using System.Buffers;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>The extensions us-core-race and us-core-ethnicity: made from a CodeableConcept or Coding, or repaired where they stand. Reusable.</summary>
internal sealed class RaceWriter
{
    private const int MaxCodes = 16;
    private readonly ArrayBufferWriter<byte> output = new(512);
    private readonly (int Coding, bool IsCategory)[] placed = new (int, bool)[MaxCodes];
    private int count;

    /// <summary>Makes the extension from one with a CodeableConcept or Coding: in its place, or behind it if that holds more.</summary>
    /// <returns>Whether there was something to make it from.</returns>
    public bool Replace(NormalizationPass pass, int extension, DemographicKind kind, bool isUsCore)
    {
        var tape = pass.Tape;
        var concept = tape.Find(extension, "valueCodeableConcept"u8);
        var codings = concept < 0 ? tape.Find(extension, "valueCoding"u8) : tape.Find(concept, "coding"u8);
        var text = tape.Find(concept, "text"u8);
        if (codings < 0 && !tape.IsString(text))
            return false;
        var isWhole = Place(pass, codings, kind) && Properties(tape, extension) == 2
            && (concept < 0 || Properties(tape, concept) == (codings < 0 ? 0 : 1) + (text < 0 ? 0 : 1));
        // The extension occurs once: where US Core's own url holds more than it can, there is no place beside it.
        if ((isUsCore && !isWhole) || (count == 0 && !tape.IsString(text)) || !FitsCategories(kind))
            return false;
        Write(tape, kind, text);
        if (isWhole)
        {
            pass.Handle(extension);
            pass.Patches.Replace(tape[extension].Start, tape[extension].Length, output.WrittenSpan);
        }
        else
        {
            pass.Patches.Insert(pass.EndOf(extension), ","u8, output.WrittenSpan);
        }
        pass.Changes.Add(DemographicRules.RuleOf(kind), extension);
        return true;
    }

    /// <summary>Sets systems, places and the text of an extension that has the shape of US Core.</summary>
    public void Repair(NormalizationPass pass, int extension, DemographicKind kind)
    {
        var tape = pass.Tape;
        var list = tape.Find(extension, "extension"u8);
        var hasText = false;
        count = 0;
        for (var i = list + 1; i < tape[list].Next; i = tape[i].Next)
        {
            var url = tape.Find(i, "url"u8);
            hasText |= pass.Is(url, "text"u8);
            var isCategory = pass.Is(url, "ombCategory"u8);
            if (isCategory || pass.Is(url, "detailed"u8))
                RepairCode(pass, url, tape.Find(i, "valueCoding"u8), isCategory, kind);
        }
        if (hasText || count == 0)
            return;
        output.ResetWrittenCount();
        WriteText(tape, -1);
        pass.Append(list, output.WrittenSpan);
        pass.Changes.Add(NormalizationRule.RaceText, extension, "extension");
    }

    private void RepairCode(NormalizationPass pass, int url, int coding, bool isCategory, DemographicKind kind)
    {
        var tape = pass.Tape;
        if (!TryPlace(pass, coding, kind, out var belongsInCategory))
            return;
        if (count < MaxCodes)
            placed[count++] = (coding, belongsInCategory);
        if (belongsInCategory != isCategory)
        {
            pass.Patches.Replace(tape[url].Start, tape[url].Length, belongsInCategory ? "ombCategory"u8 : "detailed"u8);
            pass.Changes.Add(NormalizationRule.RaceCategory, url);
        }
        var system = tape.Find(coding, "system"u8);
        if (!pass.IsSystem(system, RaceCodes.V3Race) && !pass.IsSystem(system, RaceCodes.V3Ethnicity))
            return;
        pass.Handle(system);
        pass.Patches.Replace(tape[system].Start, tape[system].Length, RaceCodes.System);
        pass.Changes.Add(NormalizationRule.RaceSystem, system);
    }

    /// <summary>Finds the place of each coding. False if one has none.</summary>
    private bool Place(NormalizationPass pass, int codings, DemographicKind kind)
    {
        count = 0;
        if (codings < 0)
            return true;
        var tape = pass.Tape;
        var isWhole = true;
        var isArray = tape[codings].Kind == JsonKind.Array;
        for (var i = isArray ? codings + 1 : codings; i < tape[codings].Next; i = tape[i].Next)
            if (!TryPlace(pass, i, kind, out var isCategory) || count == MaxCodes || !IsPlain(tape, i))
                isWhole = false;
            else if (!IsRepeated(pass, i))
                placed[count++] = (i, isCategory);
        return isWhole;
    }

    /// <summary>A coding with more in it than texts, such as an extension, stays where it is: the other rules apply to what is within.</summary>
    private static bool IsPlain(JsonTape tape, int coding)
    {
        for (var name = coding + 1; name < tape[coding].Next; name = tape[name + 1].Next)
            if (tape[name + 1].Kind is JsonKind.Object or JsonKind.Array)
                return false;
        return true;
    }

    private bool IsRepeated(NormalizationPass pass, int coding)
    {
        var code = pass.Tape.Bytes(pass.Tape.Find(coding, "code"u8));
        for (var i = 0; i < count; i++)
            if (pass.Is(pass.Tape.Find(placed[i].Coding, "code"u8), code))
                return true;
        return false;
    }

    private static bool TryPlace(NormalizationPass pass, int coding, DemographicKind kind, out bool isCategory)
    {
        isCategory = true;
        var system = pass.Tape.Find(coding, "system"u8);
        var code = pass.Tape.Find(coding, "code"u8);
        if (!pass.Tape.IsString(code))
            return false;
        if (pass.IsSystem(system, RaceCodes.NullFlavors))
            return kind == DemographicKind.Race && (pass.Is(code, "UNK"u8) || pass.Is(code, "ASKU"u8));
        if (!pass.IsSystem(system, RaceCodes.System) && !pass.IsSystem(system, RaceCodes.V3Race) && !pass.IsSystem(system, RaceCodes.V3Ethnicity))
            return false;
        if (RaceCodes.Find(pass.Tape.Bytes(code)) is not { } known || known.IsRace != (kind == DemographicKind.Race))
            return false;
        isCategory = known.IsCategory;
        return true;
    }

    /// <summary>us-core-ethnicity takes one category, us-core-race five.</summary>
    private bool FitsCategories(DemographicKind kind)
    {
        var categories = 0;
        for (var i = 0; i < count; i++)
            categories += placed[i].IsCategory ? 1 : 0;
        return categories <= (kind == DemographicKind.Race ? 5 : 1);
    }

    private void Write(JsonTape tape, DemographicKind kind, int text)
    {
        output.ResetWrittenCount();
        output.Write("{\"url\":\""u8);
        output.Write(DemographicRules.UrlOf(kind));
        output.Write("\",\"extension\":["u8);
        for (var i = 0; i < count; i++)
        {
            output.Write(placed[i].IsCategory ? "{\"url\":\"ombCategory\",\"valueCoding\":"u8 : "{\"url\":\"detailed\",\"valueCoding\":"u8);
            WriteCoding(tape, placed[i].Coding);
            output.Write("},"u8);
        }
        WriteText(tape, text);
        output.Write("]}"u8);
    }

    /// <summary>The coding as sent, but for the system.</summary>
    private void WriteCoding(JsonTape tape, int coding)
    {
        var (start, length) = (tape[coding].Start, tape[coding].Length);
        var system = tape[tape.Find(coding, "system"u8)];
        var code = tape.Find(coding, "code"u8);
        output.Write(tape.Json.Span[start..system.Start]);
        output.Write(RaceCodes.Find(tape.Bytes(code)) is null ? RaceCodes.NullFlavors : RaceCodes.System);
        output.Write(tape.Json.Span[(system.Start + system.Length)..(start + length)]);
    }

    /// <summary>The text that was sent, else the displays that were sent, else those of the code system.</summary>
    private void WriteText(JsonTape tape, int text)
    {
        output.Write("{\"url\":\"text\",\"valueString\":\""u8);
        if (tape.IsString(text))
            output.Write(tape.Raw(text));
        for (var i = 0; i < count && !tape.IsString(text); i++)
        {
            output.Write(i == 0 ? default : ", "u8);
            output.Write(Display(tape, placed[i].Coding));
        }
        output.Write("\"}"u8);
    }

    private static ReadOnlySpan<byte> Display(JsonTape tape, int coding)
    {
        var display = tape.Find(coding, "display"u8);
        if (tape.IsString(display) && tape[display].Length > 0)
            return tape.Raw(display);
        var code = tape.Bytes(tape.Find(coding, "code"u8));
        return RaceCodes.Find(code) is { } known ? known.Display : code.SequenceEqual("ASKU"u8) ? "Asked but no answer"u8 : "Unknown"u8;
    }

    private static int Properties(JsonTape tape, int obj)
    {
        var number = 0;
        for (var name = obj + 1; name < tape[obj].Next; name = tape[name + 1].Next)
            number++;
        return number;
    }
}

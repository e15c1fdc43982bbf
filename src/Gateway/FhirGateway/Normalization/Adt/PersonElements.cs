using System.Text.Json;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Names, addresses and telephone numbers.</summary>
internal static class PersonElements
{
    /// <summary>An XPN.</summary>
    public static void Name(this AdtScope scope, PersonName name)
    {
        var json = scope.Json;
        var value = name.Value;
        json.WriteStartObject();
        json.Text("use"u8, scope.Table(CodeTables.NameUse).Find(name.TypeCode)?.Code);
        json.Text("family"u8, value.Part(1).TextSpan);
        json.Texts("given"u8, value, 2, 3);
        json.Texts("prefix"u8, value, 5);
        json.Texts("suffix"u8, value, 4, 6);
        Period(scope, value, 10, 12, "XPN-12");
        json.WriteEndObject();
    }

    /// <summary>An XCN. Without a family name US Core asks for the reason.</summary>
    public static void Name(this AdtScope scope, StaffName name)
    {
        var json = scope.Json;
        var value = name.Value;
        json.WriteStartObject();
        json.Text("use"u8, scope.Table(CodeTables.NameUse).Find(value.Part(10).Code)?.Code);
        if (!json.Text("family"u8, value.Part(2).TextSpan))
            json.Absent("_family"u8);
        json.Texts("given"u8, value, 3, 4);
        json.Texts("prefix"u8, value, 6);
        json.Texts("suffix"u8, value, 5, 7);
        json.WriteEndObject();
    }

    /// <summary>An XAD; false if it says nothing.</summary>
    public static bool Address(this AdtScope scope, Hl7Value value)
    {
        if (!SaysWhere(value))
            return false;
        var json = scope.Json;
        json.WriteStartObject();
        var type = value.Part(7).Code;
        json.Text("use"u8, scope.Table(CodeTables.AddressUse).Find(type)?.Code);
        if (type is "M" or "SH")
            json.WriteString("type"u8, "postal"u8);
        json.Texts("line", Street(value.Part(1)), value.TextOf(2));
        json.Text("city"u8, value.Part(3).TextSpan);
        json.Text("district"u8, value.Part(9).TextSpan);
        json.Text("state"u8, value.Part(4).TextSpan);
        json.Text("postalCode"u8, value.Part(5).TextSpan);
        json.Text("country"u8, value.Part(6).TextSpan);
        Period(scope, value, 12, 13, "XAD-13");
        json.WriteEndObject();
        return true;
    }

    /// <summary>Where the patient was born (BDL, N of table 0190): no address at which anybody is to be found.</summary>
    public static bool IsOfBirth(Hl7Value address) => address.Part(7).Code is "BDL" or "N";

    /// <summary>Whether an XAD holds an address.</summary>
    public static bool SaysWhere(Hl7Value value)
    {
        for (var n = 1; n <= 6; n++)
            if (FhirElements.HasText(value.Part(n).TextSpan))
                return true;
        return false;
    }

    /// <summary>An XTN; false if it says nothing.</summary>
    public static bool Telecom(this AdtScope scope, Hl7Value value, string? defaultUse)
    {
        if (NumberOf(value) is not { } number)
            return false;
        Contact(scope, value, number, IsMail(value), defaultUse);
        // Version 2.3 has the address of the mail beside the number in one value.
        if (!IsMail(value) && FhirElements.Clean(value.TextOf(4)) is { } mail && IsMailAddress(mail))
            Contact(scope, value, mail, isMail: true, defaultUse);
        return true;
    }

    private static void Contact(AdtScope scope, Hl7Value value, string number, bool isMail, string? defaultUse)
    {
        var use = value.Part(2).Code;
        var equipment = value.Part(3).Code;
        var json = scope.Json;
        json.WriteStartObject();
        json.WriteString("system"u8, isMail ? "email" : scope.Table(CodeTables.TelecomSystem).Find(equipment)?.Code ?? "phone");
        json.WriteString("value"u8, number);
        if (equipment is "CP" && !isMail)
            json.WriteString("use"u8, "mobile"u8);
        else
            json.Text("use"u8, scope.Table(CodeTables.TelecomUse).Find(use)?.Code ?? (use.IsEmpty ? defaultUse : null));
        if (int.TryParse(value.Part(18).Code, System.Globalization.CultureInfo.InvariantCulture, out var rank) && rank is > 0 and < 100)
            json.WriteNumber("rank"u8, rank);
        Period(scope, value, 0, 13, "XTN-13");
        json.WriteEndObject();
    }

    /// <summary>What an XTN reaches; null if it holds nothing.</summary>
    public static string? NumberOf(Hl7Value value) =>
        FhirElements.Clean(IsMail(value) ? value.TextOf(4) ?? value.TextOf(1) : PhoneOf(value));

    /// <summary>XTN.12, else XTN.5 to 8 put together, else XTN.1; that too where the parts have no area code, which it has.</summary>
    public static string? PhoneOf(Hl7Value value)
    {
        if (value.TextOf(12) is { } whole)
            return whole;
        if (value.TextOf(7) is not { } local || (!value.Part(6).HasValue && FhirElements.Clean(value.TextOf(1)) is not null))
            return value.TextOf(1);
        var country = value.TextOf(5) is { } c ? $"+{c.TrimStart('+')} " : "";
        var area = value.TextOf(6) is { } a ? $"{a}-" : "";
        var extension = value.TextOf(8) is { } x ? $" x{x}" : "";
        return country + area + local + extension;
    }

    /// <summary>The first of a field that is a telephone; not a fax, not a mail.</summary>
    public static string? FirstPhone(Hl7Value field)
    {
        foreach (var repetition in field.Repetitions.AtMost(AdtScope.MostRepetitions))
            if (!IsMail(repetition) && repetition.Part(3).Code is not ("FX" or "MD") && FhirElements.Clean(PhoneOf(repetition)) is { } phone)
                return phone;
        return null;
    }

    private static bool IsMail(Hl7Value value) =>
        value.Part(2).Code is "NET" || value.Part(3).Code is "Internet" or "INTERNET" or "X.400" || IsMailAddress(value.Part(1).TextSpan);

    /// <summary>No telephone number has this sign, whatever the sender calls it.</summary>
    private static bool IsMailAddress(ReadOnlySpan<char> text) => text.IndexOf('@') is > 0 and var at && at < text.Length - 1 && !text.Contains(' ');

    /// <summary>From two components, or before version 2.5 from a range (DR) of two subcomponents. Both ends in order, or none.</summary>
    private static void Period(AdtScope scope, Hl7Value value, int range, int first, string location)
    {
        var (from, to) = (value.Part(first), value.Part(first + 1));
        if (!from.HasValue && !to.HasValue && range > 0)
            (from, to) = (value.Part(range).Part(1), value.Part(range).Part(2));
        if (from.HasValue || to.HasValue)
            PeriodWriter.Write(scope, scope.Time(from, location), scope.Time(to, location), location);
    }

    /// <summary>SAD: street, name and number; older senders have plain text.</summary>
    private static string? Street(Hl7Value street)
    {
        var (line, name, number) = (street.Text, street.TextOf(2), street.TextOf(3));
        if (name is null && number is null)
            return line;
        return string.Join(' ', new[] { number, line, name }.Where(part => part is not null));
    }
}

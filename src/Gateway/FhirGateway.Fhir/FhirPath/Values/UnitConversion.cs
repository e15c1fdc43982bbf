using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Brings two quantities to one unit.</summary>
internal static class UnitConversion
{
    /// <summary>The value of <paramref name="from"/> in the unit of <paramref name="to"/>; false if the units do not compare.</summary>
    public static bool TryConvert(in PathItem from, in PathItem to, out decimal value)
    {
        value = from.Number;
        if (from.IsWord == to.IsWord && from.Text.SequenceEqual(to.Text))
            return true;
        var (source, target) = (Unit(from), Unit(to));
        if (source == target)
            return from.IsWord == to.IsWord || !IsUneven(source);
        if (IsUneven(source) || IsUneven(target))
            return TryConvertUneven(from.IsWord && to.IsWord, source, target, ref value);
        return Terminology.Ucum.TryConvert(value, source, target, out value);
    }

    /// <summary>The unit in UCUM.</summary>
    public static string Unit(in PathItem quantity)
    {
        var text = Encoding.UTF8.GetString(quantity.Text);
        return quantity.IsWord ? UnitWords.Unit(text) ?? text : text;
    }

    /// <summary>Years and months of the calendar are no fixed number of days, those of UCUM are.</summary>
    public static bool IsUneven(string unit) => unit is "a" or "mo";

    private static bool TryConvertUneven(bool areWords, string source, string target, ref decimal value)
    {
        if (!areWords)
            return Terminology.Ucum.TryConvert(value, source, target, out value);
        if (!IsUneven(source) || !IsUneven(target))
            return false;
        var converted = source == "a" ? Numbers.Checked(decimal.Multiply, value, 12) : value / 12;
        value = converted.GetValueOrDefault();
        return converted.HasValue;
    }
}

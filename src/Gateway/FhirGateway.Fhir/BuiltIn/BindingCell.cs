using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>A binding in one cell: <c>extensible languages max=all-languages PURPOSE=SET</c>; <c>-</c> where no set is named.</summary>
internal static class BindingCell
{
    private const string Max = "max";

    public static string Write(ElementBinding? binding)
    {
        if (binding is null)
            return "";
        var words = new List<string> { Strength(binding.Strength), binding.ValueSet is null ? "-" : CellText.ValueSet(binding.ValueSet) };
        if (binding.MaxValueSet is not null)
            words.Add(Max + "=" + CellText.ValueSet(binding.MaxValueSet));
        words.AddRange(binding.Additional.Select(a => CellText.Word(a.Purpose) + "=" + CellText.ValueSet(a.ValueSet)));
        return string.Join(' ', words);
    }

    public static ElementBinding? Read(string cell)
    {
        if (cell.Length == 0)
            return null;
        var words = cell.Split(' ');
        var pairs = words.Skip(2).Select(w => (Name: w[..w.IndexOf('=')], Set: CellText.ReadValueSet(w.AsSpan(w.IndexOf('=') + 1)))).ToList();
        return new(Strength(words[0]), words[1] == "-" ? null : CellText.ReadValueSet(words[1]))
        {
            MaxValueSet = pairs.Where(p => p.Name == Max).Select(p => p.Set).FirstOrDefault(),
            Additional = [.. pairs.Where(p => p.Name != Max)],
        };
    }

    private static string Strength(BindingStrength strength) => strength switch
    {
        BindingStrength.Required => "required",
        BindingStrength.Extensible => "extensible",
        BindingStrength.Preferred => "preferred",
        _ => "example",
    };

    private static BindingStrength Strength(string text) => text switch
    {
        "required" => BindingStrength.Required,
        "extensible" => BindingStrength.Extensible,
        "preferred" => BindingStrength.Preferred,
        "example" => BindingStrength.Example,
        _ => throw new FormatException($"'{text}' is no strength of a binding"),
    };
}

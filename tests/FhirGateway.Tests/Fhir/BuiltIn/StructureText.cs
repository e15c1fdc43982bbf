using System.Collections;
using System.Text;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Tests.Fhir.BuiltIn;

/// <summary>Every property of a definition as text, lists item by item, so that two of them can be compared whatever is added.</summary>
internal static class StructureText
{
    public static string Of(FhirStructure structure) => Write(structure with { Differential = [] });

    public static string Write(object? value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value, int depth)
    {
        if (value is null or string or ValueType and not IEnumerable)
        {
            text.Append(value is null ? "(none)" : value.ToString()).Append('\n');
            return;
        }
        text.Append('\n');
        if (value is IEnumerable items)
        {
            foreach (var item in items)
                Append(text.Append(' ', depth).Append("- "), item, depth + 1);
            return;
        }
        foreach (var property in value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0 && p.Name != "EqualityContract"))
            Append(text.Append(' ', depth).Append(property.Name).Append(": "), property.GetValue(value), depth + 1);
    }
}

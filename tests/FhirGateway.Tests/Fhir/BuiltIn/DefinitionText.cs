using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace FhirGateway.Tests.Fhir.BuiltIn;

/// <summary>Every property of a definition as text, lists item by item, so that two of them can be compared whatever is added.</summary>
internal static class DefinitionText
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = [];

    public static string Of(object definition)
    {
        var text = new StringBuilder();
        Append(text, definition, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value, int depth)
    {
        if (value is null or string or Enum or int or bool)
        {
            text.Append(value is null ? "(none)" : value.ToString()).Append('\n');
            return;
        }
        text.Append('\n');
        if (value is IEnumerable items and not System.Runtime.CompilerServices.ITuple)
        {
            // A default array throws when it is walked; it says: not given.
            if (value.GetType().GetProperty("IsDefault")?.GetValue(value) is true)
                text.Append("(default)\n");
            else
                foreach (var item in items)
                    Append(text.Append(' ', depth).Append("- "), item, depth + 1);
            return;
        }
        if (value is System.Runtime.CompilerServices.ITuple tuple)
        {
            for (var i = 0; i < tuple.Length; i++)
                Append(text.Append(' ', depth), tuple[i], depth + 1);
            return;
        }
        foreach (var property in Properties.GetOrAdd(value.GetType(), t => [.. t.GetProperties().Where(p => p.GetIndexParameters().Length == 0)]))
            Append(text.Append(' ', depth).Append(property.Name).Append(": "), property.GetValue(value), depth + 1);
    }
}

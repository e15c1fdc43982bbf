using System.Text;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Columns of the tables: an absent value is empty, an empty one is <c>\e</c>, and tabs, line ends and backslashes are escaped.</summary>
internal static class TableText
{
    public static string Escape(string? value)
    {
        if (value is null)
            return "";
        if (value.Length == 0)
            return @"\e";
        if (value.AsSpan().IndexOfAny("\\\t\n\r") < 0)
            return value;
        return value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\t", @"\t", StringComparison.Ordinal)
            .Replace("\n", @"\n", StringComparison.Ordinal).Replace("\r", @"\r", StringComparison.Ordinal);
    }

    public static string? Unescape(ReadOnlySpan<char> column)
    {
        if (column.IsEmpty)
            return null;
        if (column.IndexOf('\\') < 0)
            return column.ToString();
        var text = new StringBuilder(column.Length);
        for (var i = 0; i < column.Length; i++)
        {
            if (column[i] != '\\')
                text.Append(column[i]);
            else if (++i == column.Length)
                throw new FormatException("an escape is cut short");
            else if (column[i] != 'e')
                text.Append(column[i] switch
                {
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    '\\' => '\\',
                    _ => throw new FormatException($"the escape \\{column[i]} is not defined"),
                });
        }
        return text.ToString();
    }

    /// <summary>Takes the next column off a line.</summary>
    public static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> line) => Take(ref line, out _);

    /// <summary>Takes the next column off a line.</summary>
    public static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> line, out bool isLast)
    {
        var tab = line.IndexOf('\t');
        isLast = tab < 0;
        var column = isLast ? line : line[..tab];
        line = isLast ? default : line[(tab + 1)..];
        return column;
    }
}

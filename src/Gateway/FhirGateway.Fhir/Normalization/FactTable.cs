using System.Text;

namespace FhirGateway.Fhir.Normalization;

/// <summary>Tab-separated tables of facts inside the assembly; lines that start with # are comments.</summary>
internal static class FactTable
{
    public static IEnumerable<string[]> Rows(string name)
    {
        using var stream = typeof(FactTable).Assembly.GetManifestResourceStream("Normalization/" + name)
            ?? throw new InvalidOperationException($"The table {name} is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
            if (line.Length > 0 && line[0] != '#')
                yield return line.Split('\t');
    }
}

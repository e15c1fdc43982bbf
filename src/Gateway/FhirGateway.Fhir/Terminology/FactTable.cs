using System.Text;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Embedded lists of codes: one row a code or its spellings, remarks behind <c>#</c>.</summary>
internal static class FactTable
{
    /// <summary>The text of an embedded table.</summary>
    public static string ReadText(string name)
    {
        using var stream = typeof(FactTable).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The values of some columns as one table of codes.</summary>
    public static CodeTable Read(string name, params ReadOnlySpan<int> columns)
    {
        var codes = new List<string>();
        foreach (var line in ReadText(name).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
                continue;
            var row = line.Split('\t');
            foreach (var column in columns)
                codes.Add(row[column]);
        }
        return CodeTable.Create(codes);
    }
}

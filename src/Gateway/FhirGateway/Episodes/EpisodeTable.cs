using System.Text;

namespace FhirGateway.Episodes;

/// <summary>Tab-separated tables of this folder, inside the assembly; lines that start with # are comments.</summary>
internal static class EpisodeTable
{
    public static IEnumerable<string[]> Rows(string name)
    {
        using var stream = typeof(EpisodeTable).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The table {name} is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
                yield return line.Split('\t');
        }
    }
}

using FhirGateway.Fhir.Packages;

namespace FhirGateway.Host.Commands;

/// <summary>Definitions from files and folders. What cannot be used is said once; the rest goes on.</summary>
internal sealed class DefinitionFiles(Session session)
{
    private const long MostBytes = 256L << 20;
    private static readonly string[] Extensions = [".json", ".xml"];
    private readonly LooseDefinitions definitions = new();
    private readonly Dictionary<string, IReadOnlyList<PackageResource>> read = new(StringComparer.Ordinal);

    public bool IsEmpty => read.Count == 0;

    /// <summary>A file, or the *.json and *.xml of a folder and those below it.</summary>
    /// <exception cref="VerbFault">There is no such file or folder, or the folder holds none.</exception>
    public async Task AddAsync(string path, CancellationToken cancellationToken)
    {
        var full = session.PathOf(path);
        if (!Directory.Exists(full))
        {
            await ReadAsync(path, cancellationToken);
            return;
        }

        var found = Directory.EnumerateFiles(full, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false })
            .Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToList();
        if (found.Count == 0)
            throw new VerbFault($"{path}: the folder holds no *.json and no *.xml");
        foreach (var file in found)
            await ReadAsync(file, cancellationToken);
    }

    /// <summary>The canonical of the profile in a file.</summary>
    /// <exception cref="VerbFault">The file cannot be read or holds none, or several.</exception>
    public async Task<string> ProfileAsync(string path, CancellationToken cancellationToken)
    {
        var found = (await ReadAsync(path, cancellationToken)).Where(r => r is { Type: "StructureDefinition", Url: not null }).ToList();
        return found.Count == 1 ? found[0].Url! : throw new VerbFault($"--profile {path}: the file must hold one StructureDefinition with a url; it holds {found.Count}");
    }

    public FhirPackage ToPackage(IEnumerable<FhirPackage> others) => definitions.ToPackage(others);

    private async Task<IReadOnlyList<PackageResource>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var full = path == "-" ? path : session.PathOf(path);
        if (read.TryGetValue(full, out var known))
            return known;
        IReadOnlyList<PackageResource> added = [];
        try
        {
            added = definitions.Add(path, await session.ReadAsync(path, MostBytes, cancellationToken));
        }
        catch (FormatException e)
        {
            await session.Error.WriteLineAsync(e.Message);
        }

        read.Add(full, added);
        return added;
    }
}

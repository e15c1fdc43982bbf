using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Value sets and code systems that the operator has in files: licensed systems, and sets expanded elsewhere. Immutable.</summary>
public sealed class LocalTerminology
{
    private readonly Dictionary<string, FhirValueSet> valueSets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FhirCodeSystem> codeSystems = new(StringComparer.Ordinal);

    /// <param name="sets">Value sets with their expansion; of one URL, the last counts.</param>
    /// <param name="systems">Code systems with their codes; of one URL, the last counts.</param>
    public LocalTerminology(IEnumerable<FhirValueSet> sets, IEnumerable<FhirCodeSystem> systems)
    {
        foreach (var set in sets)
            valueSets[set.Url] = set;
        foreach (var system in systems)
            codeSystems[system.Url] = system;
    }

    public static LocalTerminology Empty { get; } = new([], []);

    /// <summary>Files that could not be used, each with the reason.</summary>
    public ImmutableArray<string> Faults { get; private init; } = [];

    public IEnumerable<string> ValueSetUrls => valueSets.Keys;

    public IEnumerable<string> CodeSystemUrls => codeSystems.Keys;

    /// <summary>
    /// Reads the files of a folder, in the order of their names: *.json with a ValueSet or a CodeSystem (R4), and *.csv with the
    /// columns system, code and display, which give complete code systems. A file that cannot be used is a fault; the rest is read.
    /// </summary>
    /// <param name="folder">The folder; what is below it is not read.</param>
    /// <param name="maxFileBytes">Largest file.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static LocalTerminology Load(string folder, long maxFileBytes = 256L << 20)
    {
        var sets = new List<FhirValueSet>();
        var systems = new List<FhirCodeSystem>();
        var faults = ImmutableArray.CreateBuilder<string>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
            try
            {
                if (file.Extension is ".json" or ".csv" && file.Length > maxFileBytes)
                    throw new FormatException($"it has more than {maxFileBytes} bytes");
                if (file.Extension == ".json")
                    Read(file, sets, systems);
                else if (file.Extension == ".csv")
                    systems.AddRange(CodeSystemCsv.Read(File.ReadAllText(file.FullName), Path.GetFileNameWithoutExtension(file.Name)));
            }
            catch (Exception e) when (e is FormatException or JsonException or IOException or UnauthorizedAccessException)
            {
                faults.Add($"{file.Name}: {e.Message}");
            }
        return new(sets, systems) { Faults = faults.ToImmutable() };
    }

    /// <param name="canonical">URL, with or without <c>|version</c>; a version that the file names too must be the same.</param>
    public FhirValueSet? FindValueSet(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        if (!valueSets.TryGetValue(bar < 0 ? canonical : canonical[..bar], out var found))
            return null;
        return bar < 0 || found.Version is null || found.Version == canonical[(bar + 1)..] ? found : null;
    }

    public FhirCodeSystem? FindCodeSystem(string url) => codeSystems.GetValueOrDefault(url);

    private static void Read(FileInfo file, List<FhirValueSet> sets, List<FhirCodeSystem> systems)
    {
        using var stream = file.OpenRead();
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        var type = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("resourceType", out var name) ? name.ToString() : "";
        switch (type)
        {
            case "ValueSet":
                sets.Add(ValueSetReader.Read(root));
                break;
            case "CodeSystem":
                systems.Add(CodeSystemReader.Read(root));
                break;
            default:
                throw new FormatException("it is neither a ValueSet nor a CodeSystem");
        }
    }
}

using System.Collections.Frozen;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FhirGateway.Tests.Architecture;

/// <summary>The directions and names that hold the house together (README, "How it is built").</summary>
public sealed partial class ArchitectureTests
{
    private const string Library = "FhirGateway";

    /// <summary>The projects of ours that a project may use, itself apart.</summary>
    private static readonly FrozenDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        ["FhirGateway.Contracts"] = [],
        ["FhirGateway.Fhir"] = [],
        ["FhirGateway.Hl7v2"] = [],
        [Library] = ["FhirGateway.Contracts", "FhirGateway.Fhir", "FhirGateway.Hl7v2"],
        ["FhirGateway.Simulation"] = ["FhirGateway.Contracts"],
        ["librdkafka"] = [],
        ["FhirGateway.Adapters"] = [Library, "FhirGateway.Contracts", "FhirGateway.Fhir", "FhirGateway.Hl7v2", "librdkafka"],
        ["FhirGateway.Host"] = [Library, "FhirGateway.Contracts", "FhirGateway.Fhir", "FhirGateway.Hl7v2", "FhirGateway.Adapters", "FhirGateway.Simulation"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> BclOnly = FrozenSet.ToFrozenSet(["FhirGateway.Contracts", "FhirGateway.Fhir", "FhirGateway.Hl7v2"], StringComparer.Ordinal);

    /// <summary>What the library leaves to the adapters: SQL, sockets, HTTP, web servers.</summary>
    private static readonly string[] OutsideTheLibrary = ["System.Data", "System.Net.Sockets", "System.Net.Http", "System.Net.Security", "Microsoft.AspNetCore", "Microsoft.Data", "SQLitePCL", "Npgsql", "Confluent"];

    /// <summary>The library's folders in pipeline order: a folder uses only those before it.</summary>
    private static readonly string[] Folders =
    [
        "Organizations", "Journal", "Messages", "Episodes", "Submissions", "Normalization", "Validation", "Labels", "People", "Attributions", "Claims", "Release", "Publications", "Audit", "Quarantine", "FeedHealth", "Processing",
    ];

    private static readonly string[] ForbiddenSuffixes = ["Manager", "Helper", "Util", "Utils", "Common", "Base", "Impl", "Info"];

    [Fact]
    public void Dependencies_point_one_way_and_names_keep_their_meaning()
    {
        List<string> faults = [];
        ProjectFilesReferToAllowedProjects(faults);
        AssembliesReferToAllowedAssemblies(faults);
        LibraryFoldersUseOnlyFoldersBeforeThem(faults);
        NamesFollowTheHouseRules(faults);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static void ProjectFilesReferToAllowedProjects(List<string> faults)
    {
        foreach (var file in Repository.Projects())
        {
            var project = Path.GetFileNameWithoutExtension(file);
            if (!Allowed.TryGetValue(project, out var allowed))
            {
                faults.Add($"{Repository.Relative(file)}: a project that no rule knows; give it a line in {nameof(ArchitectureTests)}");
                continue;
            }

            var items = XDocument.Load(file).Descendants().ToList();
            foreach (var reference in items.Where(i => i.Name.LocalName == "ProjectReference").Select(i => Path.GetFileNameWithoutExtension(((string)i.Attribute("Include")!).Replace('\\', '/'))))
            {
                if (!allowed.Contains(reference))
                    faults.Add($"{Repository.Relative(file)}: may not refer to project {reference}");
            }

            if (BclOnly.Contains(project))
            {
                foreach (var item in items.Where(i => i.Name.LocalName is "PackageReference" or "FrameworkReference" or "Reference"))
                    faults.Add($"{Repository.Relative(file)}: uses the base class library only, not {(string?)item.Attribute("Include")}");
            }
        }
    }

    private static void AssembliesReferToAllowedAssemblies(List<string> faults)
    {
        foreach (var (project, allowed) in Allowed)
        {
            var file = Path.Combine(AppContext.BaseDirectory, project + ".dll");
            if (!File.Exists(file))
            {
                // The host is no reference of these tests; the native stand-in has another assembly name and no code.
                if (project is not ("FhirGateway.Host" or "librdkafka"))
                    faults.Add($"{project}.dll is not beside the tests");
                continue;
            }

            foreach (var reference in References(file))
            {
                var ours = reference.StartsWith(Library, StringComparison.Ordinal);
                if (ours && !allowed.Contains(reference))
                    faults.Add($"{project}.dll: may not use {reference}");
                if (BclOnly.Contains(project) && !ours && !reference.StartsWith("System", StringComparison.Ordinal) && reference != "netstandard")
                    faults.Add($"{project}.dll: uses the base class library only, not {reference}");
                if (project == Library && Array.Exists(OutsideTheLibrary, o => reference.StartsWith(o, StringComparison.Ordinal)))
                    faults.Add($"{project}.dll: {reference} belongs into an adapter");
            }
        }
    }

    private static void LibraryFoldersUseOnlyFoldersBeforeThem(List<string> faults)
    {
        var root = Path.Combine(Repository.Source, "Gateway", Library);
        var files = Repository.CSharpFiles(root).Select(f => (File: f, Folder: Path.GetRelativePath(root, f).Split(Path.DirectorySeparatorChar)[..^1].FirstOrDefault(""), Code: Repository.Code(f))).ToList();
        var types = files.GroupBy(f => f.Folder).ToDictionary(g => g.Key, g => g.SelectMany(f => TypeDeclaration().Matches(f.Code).Select(m => m.Groups["name"].Value)).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (file, folder, code) in files)
        {
            var own = Array.IndexOf(Folders, folder);
            if (own < 0)
            {
                if (folder.Length > 0)
                    faults.Add($"{Repository.Relative(file)}: folder {folder} has no place in the pipeline order");
                continue;
            }

            foreach (var later in Folders.Skip(own + 1))
            {
                // A name counts as a namespace if "FhirGateway." stands before it, or a type of that folder after it.
                var whole = Regex.IsMatch(code, $@"\bFhirGateway\.{later}\b", RegexOptions.None, TimeSpan.FromSeconds(5));
                var partial = Regex.Matches(code, $@"(?<![\w.]){later}\.(\w+)", RegexOptions.None, TimeSpan.FromSeconds(5)).Any(m => types.TryGetValue(later, out var t) && t.Contains(m.Groups[1].Value));
                if (whole || partial)
                    faults.Add($"{Repository.Relative(file)}: {folder} stands before {later} and may not use it");
            }
        }
    }

    private static void NamesFollowTheHouseRules(List<string> faults)
    {
        foreach (var file in Repository.CSharpFiles(Repository.Source))
        {
            var where = Repository.Relative(file);
            var code = Repository.Code(file);
            var folder = Path.GetFileName(Path.GetDirectoryName(file)!);
            foreach (Match type in TypeDeclaration().Matches(code))
            {
                var name = type.Groups["name"].Value;
                if (name == folder)
                    faults.Add($"{where}: type {name} has the name of its folder");
                if (R4ResourceTypes.All.Contains(name))
                    faults.Add($"{where}: type {name} has the name of a FHIR R4 resource");
                if (Array.Find(ForbiddenSuffixes, s => name.EndsWith(s, StringComparison.Ordinal)) is { } suffix)
                    faults.Add($"{where}: type {name} ends with {suffix}, which says nothing");
            }

            var publicTypes = PublicTopLevelType().Matches(code).Select(m => m.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToList();
            if (publicTypes.Count > 1)
                faults.Add($"{where}: one public type a file, not {string.Join(", ", publicTypes)}");
        }
    }

    private static List<string> References(string file)
    {
        using var stream = File.OpenRead(file);
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return metadata.AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name)).ToList();
    }

    [GeneratedRegex(@"^[ \t]*((public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe|new)\s+)*(class|struct|interface|enum|record(\s+(class|struct))?)\s+(?<name>[A-Z]\w*)\s*(<[^>\n]+>)?\s*[:({;\r\n]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^public\s+((static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(class|struct|interface|enum|delegate\s+[\w<>\[\]?., ]+|record(\s+(class|struct))?)\s+(?<name>[A-Z]\w*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PublicTopLevelType();
}

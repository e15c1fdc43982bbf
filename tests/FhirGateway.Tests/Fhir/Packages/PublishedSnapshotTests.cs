using System.Text.RegularExpressions;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Packages;

/// <summary>Snapshots as published, made anew from their differentials and compared element by element.</summary>
public sealed partial class PublishedSnapshotTests(ITestOutputHelper output)
{
    /// <summary>Profiles that stand on a package which is not there: no snapshot can be made of them.</summary>
    private static readonly string[] OnAbsentPackages = ["us_core_610.tgz USCoreQuestionnaireResponseProfile", "us_core_700.tgz USCoreQuestionnaireResponseProfile"];

    /// <summary>Single differences: who is right and why.</summary>
    private static readonly Dictionary<string, string> Named = new()
    {
        // The differential binds the extension itself. The publisher dropped that, since an Extension has no code to bind; kept, it binds nothing either.
        ["us_core_311.tgz USCorePatientProfile Patient.extension:birthsex binding"] = "either",
        // Neither the differential nor R4's vital signs (4.0.1) has the expression that was published: it is that of a later correction of R4. Made from 4.0.1, the snapshot says what 4.0.1 says.
        ["us_core_700.tgz USCoreVitalSignsProfile Observation.effective[x] constraints"] = "as in 4.0.1",
    };

    [Theory]
    [InlineData("us_core_311.tgz")]
    [InlineData("us_core_610.tgz")]
    [InlineData("us_core_700.tgz")]
    [InlineData("carin4bb-200.tgz")]
    [InlineData("davinci-pdex-2.0.0.tgz")]
    public void Snapshots_made_anew_say_what_the_published_ones_say(string file)
    {
        var package = SharedPackages.Load(file);
        var packages = new PackageSet([package, SharedPackages.R4, SharedPackages.Load("us_core_311.tgz")]);
        var generator = new SnapshotGenerator(packages);
        var tally = new Dictionary<string, int>();
        var unexplained = new List<string>();
        var elements = 0;
        foreach (var published in package.StructureUrls.Select(u => package.FindStructure(u)!))
        {
            Assert.False(published.Snapshot.IsEmpty);
            var made = generator.Generate(published, package);
            if (made.SnapshotFault is { } fault && OnAbsentPackages.Contains($"{file} {published.Name}"))
            {
                Assert.Contains("is in no package that is loaded", fault);
                continue;
            }
            elements += published.Snapshot.Length;
            var ground = packages.FindStructure(published.BaseDefinition!, package)!.Value.Structure;
            foreach (var (element, aspect, left, right) in SnapshotDifferences.Of(published, made))
            {
                var why = Named.GetValueOrDefault($"{file} {published.Name} {element} {aspect}") ?? Rule(published, made, ground, packages, element, aspect, right);
                if (why is null)
                    unexplained.Add($"{file} {published.Name} {element} {aspect}: published {left} | made {right}");
                else
                    tally[why] = tally.GetValueOrDefault(why) + 1;
            }
        }
        output.WriteLine($"{package}: {elements} elements; differences: {string.Join(", ", tally.OrderBy(t => t.Key).Select(t => $"{t.Key} {t.Value}"))}");
        Assert.True(unexplained.Count == 0, string.Join('\n', unexplained));
    }

    /// <summary>Differences of a kind, each checked to be of that kind.</summary>
    private static string? Rule(FhirStructure published, FhirStructure made, FhirStructure ground, PackageSet packages, string element, string aspect, string right)
    {
        // Published slices leave out what the same differential says of every repetition; it holds for them all the same (profiling.html#slicing), so the made ones repeat it.
        if (Unsliced(element).Any(u => made.Snapshot.FirstOrDefault(e => e.Id == u) is { } whole
                && (aspect == "extra" || SnapshotDifferences.Aspect(whole, aspect) == right || SnapshotDifferences.Said(whole, aspect, right))))
            return "said of every repetition";
        // Published snapshots lose elements of their base where the differential speaks of slices beside them; a constraint cannot be taken back, so the made ones keep them.
        if (aspect == "extra" && ground.Snapshot.Any(e => e.Id == element))
            return "kept from the base";
        // Published snapshots show the children of an element of which nothing but that is said: they are those of its type.
        if (aspect == "missing" && SameAsInItsType(published, packages, element))
            return "as in its type";
        // The short form below a slice is published as the choice itself in newer packages, as its only slice in older ones: the same demand.
        if (ShortForm().Match(element) is { Success: true } form && OnlyType(published, form.Groups["choice"].Value) == OnlyType(made, form.Groups["choice"].Value)
            && aspect is "missing" or "slicing" or "binding")
            return "short form";
        // The publisher of 2020 took a lone short form such as dueDate for a closed choice; the later one, as profiling.html has it, for a slice beside which the other types stay.
        if (aspect is "types" or "slicing" && IsClosedByShortForm(published, made, element))
            return "short form once closed";
        return null;
    }

    /// <summary>The ids without one of their slice names.</summary>
    private static IEnumerable<string> Unsliced(string id) => Slice().Matches(id).Select(m => id.Remove(m.Index, m.Length));

    private static bool IsClosedByShortForm(FhirStructure published, FhirStructure made, string id) =>
        id.EndsWith("[x]", StringComparison.Ordinal)
        && published.Differential.Any(d => d.Path.StartsWith(id[..^3], StringComparison.Ordinal) && !d.Path[(id.Length - 3)..].Contains('.', StringComparison.Ordinal))
        && !published.Differential.Any(d => d.Path == id)
        && published.Snapshot.First(e => e.Id == id) is { Slicing.Rules: SlicingRules.Closed, Types: [var type] }
        && made.Snapshot.First(e => e.Id == id) is { Slicing.Rules: SlicingRules.Open } own && own.Types.Any(t => t.Code == type.Code);

    private static bool SameAsInItsType(FhirStructure published, PackageSet packages, string id)
    {
        var dot = id.LastIndexOf('.');
        var parent = published.Snapshot.First(e => e.Id == id[..dot]);
        var own = published.Snapshot.First(e => e.Id == id);
        return parent.Types is [var type] && packages.FindStructure("http://hl7.org/fhir/StructureDefinition/" + type.Code) is var (definition, _)
            && definition.Snapshot.FirstOrDefault(e => e.Path == type.Code + id[dot..]) is { } usual
            && (own with { Id = usual.Id, Path = usual.Path }) is var same && !SnapshotDifferences.Of(Alone(definition, usual), Alone(definition, same)).Any();
    }

    private static FhirStructure Alone(FhirStructure structure, ElementDefinition element) => structure with { Snapshot = [element] };

    private static string? OnlyType(FhirStructure structure, string id) =>
        structure.Snapshot.FirstOrDefault(e => e.Id == id) is { Types: [var type] } ? type.Code : null;

    [GeneratedRegex(@":[^.]+", RegexOptions.NonBacktracking)]
    private static partial Regex Slice();

    [GeneratedRegex(@"^(?<choice>.*:.*\[x\])(:\w+)?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ShortForm();
}

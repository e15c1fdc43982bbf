using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>Writes the value sets and code systems of a package as a table. Same packages, same text.</summary>
/// <param name="bound">URLs of the value sets that instances are held to.</param>
/// <param name="expansions">The package that lists codes of sets that cannot be worked out from their definition.</param>
internal sealed class CodesWriter(IReadOnlySet<string> bound, FhirPackage expansions)
{
    private const string FhirR4 = "hl7.fhir.r4.core";

    /// <exception cref="FormatException">A definition cannot be read.</exception>
    public string Write(FhirPackage package, IEnumerable<FhirPackage> needed, IEnumerable<string> notes)
    {
        var terminology = new TerminologyTables(new PackageSet([package, .. needed]));
        var sets = package.ValueSetUrls.Select(u => Complete(Read(package, u, package.FindValueSet(u)), terminology, package))
            .Concat(OnlyListed(package)).OrderBy(s => s.Url, StringComparer.Ordinal);
        var systems = package.CodeSystemUrls.Order(StringComparer.Ordinal).Select(u => Read(package, u, package.FindCodeSystem(u)));
        using var text = new StringWriter { NewLine = "\n" };
        foreach (var note in notes)
            text.WriteLine("# " + note);
        ValueSetTableWriter.Write(sets, systems, text);
        return text.ToString();
    }

    /// <summary>The set with the codes that are listed elsewhere, if instances are held to it and its definition does not yield them.</summary>
    private FhirValueSet Complete(FhirValueSet set, TerminologyTables terminology, FhirPackage package)
    {
        var definition = set with { Expansion = default };
        if (!bound.Contains(set.Url) || terminology.Compile(definition, package).IsExpandable)
            return definition;
        return set.Expansion.IsDefaultOrEmpty && expansions.FindValueSet(set.Url) is { Expansion.IsDefaultOrEmpty: false } listed && listed.Version == set.Version
            ? set with { Expansion = listed.Expansion }
            : set;
    }

    /// <summary>The expansions of R4 hold a set of DICOM that R4 binds to and does not define.</summary>
    private IEnumerable<FhirValueSet> OnlyListed(FhirPackage package) =>
        package.Id != FhirR4 ? []
        : bound.Where(u => package.FindValueSet(u) is null).Select(expansions.FindValueSet).OfType<FhirValueSet>().Where(s => !s.Expansion.IsDefaultOrEmpty);

    private static T Read<T>(FhirPackage package, string url, T? definition)
        where T : class => definition ?? throw new FormatException($"{package}: {url} cannot be read");
}

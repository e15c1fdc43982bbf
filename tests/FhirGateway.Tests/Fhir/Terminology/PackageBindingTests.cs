using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class PackageBindingTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(SharedPackages.UsCore3)]
    [InlineData(SharedPackages.UsCore6)]
    [InlineData(SharedPackages.UsCore7)]
    [InlineData(SharedPackages.Carin2)]
    [InlineData(SharedPackages.R4)]
    public void Counts(string name)
    {
        foreach (var more in new[] { false, true })
        {
            var names = new List<string> { SharedPackages.R4, name };
            if (more)
                names.AddRange([SharedPackages.Expansions, SharedPackages.UsCore3]);
            var set = SharedPackages.Set([.. names.Distinct()]);
            var package = SharedPackages.Read(name);
            var tables = new TerminologyTables(set);
            foreach (var strength in new[] { BindingStrength.Required, BindingStrength.Extensible })
            {
                var bound = package.StructureUrls.Select(u => package.FindStructure(u)!).SelectMany(s => s.Snapshot)
                    .Where(e => e.Binding is { ValueSet: not null } b && b.Strength == strength).Select(e => e.Binding!.ValueSet!.Split('|')[0]).Distinct().ToList();
                var found = bound.Select(b => tables.Find(b, package)).ToList();
                output.WriteLine($"{name} {more} {strength}: {found.Count(f => f.IsExpandable)} of {found.Count}");
                if (more)
                    foreach (var f in found.Where(f => !f.IsExpandable))
                        output.WriteLine("   " + f.Canonical + ": " + f.Reason);
            }
        }
    }
}

using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Packages;

public sealed class SnapshotGeneratorTests
{
    [Fact]
    public void A_profile_of_a_profile_has_what_both_say_and_the_type_below_them()
    {
        var made = Made("b");
        Assert.Equal(
            ["Person", "Person.id", "Person.extension", "Person.extension:nick", "Person.name",
             "Person.name:legal", "Person.name:legal.extension", "Person.name:legal.family", "Person.name:legal.given",
             "Person.value[x]", "Person.value[x]:valueString", "Person.part", "Person.part.code", "Person.other", "Person.other.code"],
            made.Snapshot.Select(e => e.Id));
        Assert.Equal((1, 1, "Person.name.family"), (Find(made, "Person.name:legal.family").Min, Find(made, "Person.name:legal").Max, Find(made, "Person.name:legal.family").Path));
        Assert.Equal("\"x\"", Find(made, "Person.name:legal.family").Pattern!.Json);
    }

    [Fact]
    public void Extensions_are_sliced_by_url_and_bring_the_constraints_of_their_profile()
    {
        var made = Made("a");
        Assert.Equal([new SliceDiscriminator("value", "url")], Find(made, "Person.extension").Slicing!.Discriminators);
        Assert.Equal(["nick-1"], Find(made, "Person.extension:nick").Constraints.Select(c => c.Key));
    }

    [Fact]
    public void The_short_form_of_a_choice_is_a_slice_and_a_required_one_leaves_no_other_type()
    {
        var made = Made("b");
        Assert.Equal(("string", 1, SlicingRules.Closed), (Assert.Single(Find(made, "Person.value[x]").Types).Code, Find(made, "Person.value[x]").Min!.Value, Find(made, "Person.value[x]").Slicing!.Rules));
        var open = Made("c", """{"id":"Person.valueString","path":"Person.valueString","max":"1"}""");
        Assert.Equal(2, Find(open, "Person.value[x]").Types.Length);
        Assert.Equal("string", Assert.Single(Find(open, "Person.value[x]:valueString").Types).Code);
    }

    [Fact]
    public void Content_that_is_referred_to_is_unfolded_where_something_is_said_below_it()
    {
        var made = Made("b");
        Assert.Null(Find(made, "Person.other").ContentReference);
        Assert.Equal(1, Find(made, "Person.other.code").Min);
        Assert.Equal(0, Find(made, "Person.part.code").Min);
        Assert.Equal("Person.part", Find(Made("a"), "Person.other").ContentReference);
    }

    [Fact]
    public void Slices_of_slices_stand_in_their_slice()
    {
        var made = Made("c",
            """{"id":"Person.name","path":"Person.name","slicing":{"discriminator":[{"type":"value","path":"family"}],"rules":"open"}}""",
            """{"id":"Person.name:x","path":"Person.name","sliceName":"x","slicing":{"discriminator":[{"type":"value","path":"given"}],"rules":"closed"},"max":"3"}""",
            """{"id":"Person.name:x/one","path":"Person.name","sliceName":"x/one","max":"1"}""",
            """{"id":"Person.name:y","path":"Person.name","sliceName":"y"}""");
        Assert.Equal(["Person.name", "Person.name:x", "Person.name:x/one", "Person.name:y"], made.Snapshot.Where(e => e.Path == "Person.name").Select(e => e.Id));
        Assert.Equal((3, 1), (Find(made, "Person.name:x").Max, Find(made, "Person.name:x/one").Max));
        Assert.Null(Find(made, "Person.name:x/one").Slicing);
    }

    [Fact]
    public void A_differential_cannot_loosen_what_the_base_demands_and_constraints_add_up()
    {
        var packages = Set(SyntheticPackage.Small()
            .With("package/c.json", SyntheticPackage.Profile("c", SyntheticPackage.Root + "a", "Person", "resource",
                """{"id":"Person.name","path":"Person.name","min":0,"constraint":[{"key":"k","severity":"error","expression":"one"}]}"""))
            .With("package/d.json", SyntheticPackage.Profile("d", SyntheticPackage.Root + "c", "Person", "resource",
                """{"id":"Person.name","path":"Person.name","mustSupport":true,"constraint":[{"key":"k","severity":"warning","expression":"one"},{"key":"k","severity":"error","expression":"two"}]}""")));
        var name = Find(packages.FindStructure(SyntheticPackage.Root + "d")!.Value.Structure, "Person.name");
        Assert.Equal(1, name.Min);
        Assert.True(name.MustSupport);
        Assert.Equal([("k", "one", false), ("k", "two", true)], name.Constraints.Select(c => (c.Key, c.Expression!, c.IsError)));
    }

    [Fact]
    public void Without_ids_the_path_and_the_slice_names_count()
    {
        var made = Made("c",
            """{"path":"Person.name","sliceName":"x","min":1}""",
            """{"path":"Person.name.given","max":"1"}""");
        Assert.Equal(1, Find(made, "Person.name:x.given").Max);
        Assert.Equal(ElementDefinition.Unbounded, Find(made, "Person.name").Max);
    }

    [Theory]
    [InlineData("c", "http://example.org/none", """{"path":"Person"}""", "its base http://example.org/none is in no package")]
    [InlineData("c", "http://example.org/StructureDefinition/c", """{"path":"Person"}""", "on itself")]
    [InlineData("c", "Person", """{"path":"Person.nobody","min":1}""", "there is no nobody in the base")]
    [InlineData("c", "Person", """{"path":"Other.name","min":1}""", "Other.name does not begin with Person")]
    [InlineData("c", "Person", """{"path":"Person.value[x].family","min":1}""", "has 2 types")]
    [InlineData("c", "Person", """{"path":"Person.part.code.x","min":1}""", "there is no x in the base")]
    public void What_cannot_be_made_says_why(string name, string parent, string element, string why)
    {
        var packages = Set(SyntheticPackage.Small().With("package/p.json", SyntheticPackage.Profile(name, parent, "Person", "resource", element)));
        var (structure, _) = packages.FindStructure(SyntheticPackage.Root + name)!.Value;
        Assert.Empty(structure.Snapshot);
        Assert.Contains(why, structure.SnapshotFault, StringComparison.Ordinal);
        Assert.NotEmpty(packages.FindStructure(SyntheticPackage.Root + "a")!.Value.Structure.Snapshot);
    }

    [Fact]
    public void A_profile_on_one_without_a_snapshot_says_where_it_begins()
    {
        var packages = Set(SyntheticPackage.Small()
            .With("package/p.json", SyntheticPackage.Profile("p", "http://example.org/none", "Person", "resource"))
            .With("package/q.json", SyntheticPackage.Profile("q", SyntheticPackage.Root + "p", "Person", "resource")));
        Assert.Contains("its base http://example.org/none", packages.FindStructure(SyntheticPackage.Root + "q")!.Value.Structure.SnapshotFault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_threads_get_the_same_snapshot()
    {
        var packages = Set(SyntheticPackage.Small());
        var found = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => packages.FindStructure(SyntheticPackage.Root + "b")!.Value.Structure)));
        Assert.All(found, f => Assert.Same(found[0], f));
    }

    [Theory]
    [InlineData("hl7.fhir.us.davinci-atr-HEAD-b685e08.rebuilt.tgz", "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription")]
    [InlineData("hl7.fhir.us.davinci-alerts-1.1.0-HEAD.rebuilt.tgz", null)]
    public void Packages_that_hold_differentials_get_their_snapshots_unless_a_base_is_in_an_absent_package(string file, string? absent)
    {
        var package = SharedPackages.Load(file);
        var packages = new PackageSet([package, SharedPackages.R4, SharedPackages.Load("us_core_700.tgz")]);
        foreach (var url in package.StructureUrls)
        {
            var (structure, _) = packages.FindStructure(url, package)!.Value;
            if (structure.BaseDefinition == absent)
            {
                Assert.Contains($"its base {absent} is in no package that is loaded", structure.SnapshotFault, StringComparison.Ordinal);
                continue;
            }
            Assert.True(structure.SnapshotFault is null, structure.SnapshotFault);
            Assert.True(structure.Snapshot.Length > 3, url);
        }
    }

    private static FhirStructure Made(string name, params string[] elements)
    {
        var package = SyntheticPackage.Small();
        if (elements.Length > 0)
            package.With("package/made.json", SyntheticPackage.Profile(name, "Person", "Person", "resource", elements));
        var (structure, _) = Set(package).FindStructure(SyntheticPackage.Root + name)!.Value;
        Assert.True(structure.SnapshotFault is null, structure.SnapshotFault);
        return structure;
    }

    private static PackageSet Set(SyntheticPackage package) => new([PackageReader.Read(package.Archive(), "x.tgz")]);

    private static ElementDefinition Find(FhirStructure structure, string id) => structure.Snapshot.Single(e => e.Id == id);
}

using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Packages;
using FhirGateway.Fhir.Terminology;
using static FhirGateway.Tests.Fhir.Terminology.Definitions;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class KnownCodesTests
{
    private readonly KnownCodes codes = Tables().Codes;

    [Fact]
    public void A_complete_system_knows_its_codes()
    {
        Assert.True(codes.IsKnownCode("http://x/animals"u8, "dog"u8));
        Assert.True(codes.IsKnownCode("http://x/animals"u8, "animal"u8));
        Assert.False(codes.IsKnownCode("http://x/animals"u8, "cat"u8));
        Assert.Null(codes.IsKnownCode("http://x/absent"u8, "cat"u8));
        Assert.False(codes.IsKnownCode("http://unitsofmeasure.org"u8, "mgs"u8));
        Assert.True(codes.IsKnownCode("http://unitsofmeasure.org"u8, "mg"u8));
        Assert.Null(codes.IsKnownCode("urn:iso:std:iso:3166"u8, "DE-BY"u8));
    }

    [Fact]
    public void A_code_that_one_of_several_versions_has_is_known()
    {
        var newer = AnimalSystem with { Concepts = [.. AnimalSystem.Concepts, new("cat", "Cat", 1)] };
        var both = new TerminologyTables(new PackageSet([Package([], [AnimalSystem], "a"), Package([], [newer], "b")])).Codes;
        Assert.True(both.IsKnownCode("http://x/animals"u8, "cat"u8));
        Assert.False(both.IsKnownCode("http://x/animals"u8, "cow"u8));
    }

    [Theory]
    [InlineData("dog", "Dog", DisplayCheck.Same)]
    [InlineData("dog", "  dOG ", DisplayCheck.Same)]
    [InlineData("dog", "Hund", DisplayCheck.Same)]
    [InlineData("dog", "Duck", DisplayCheck.Different)]
    [InlineData("dog", "Do", DisplayCheck.Different)]
    [InlineData("dog", "Dog s", DisplayCheck.Different)]
    [InlineData("dog", "", DisplayCheck.Different)]
    [InlineData("platypus", "Platypus", DisplayCheck.Unknown)]
    [InlineData("cat", "Cat", DisplayCheck.Unknown)]
    public void A_display_is_compared_with_the_names_of_the_code(string code, string display, DisplayCheck expected) =>
        Assert.Equal(expected, codes.CheckDisplay("http://x/animals"u8, Encoding.UTF8.GetBytes(code), Encoding.UTF8.GetBytes(display)));

    [Fact]
    public void White_space_and_case_of_any_letters_do_not_count_and_supplements_do()
    {
        var system = AnimalSystem with { Concepts = [new("a", "Äußere  Hülle\tdes Eis", -1)] };
        var supplement = new FhirCodeSystem { Url = "http://x/more", Name = "More", Content = "supplement", Supplements = Animals + "|1", Concepts = [new("a", null, -1) { Designations = ["Shell"] }] };
        var known = new TerminologyTables(new PackageSet([Package([], [system, supplement])])).Codes;
        Assert.Equal(DisplayCheck.Same, known.CheckDisplay("http://x/animals"u8, "a"u8, " äußere hülle  DES eis\n"u8));
        Assert.Equal(DisplayCheck.Different, known.CheckDisplay("http://x/animals"u8, "a"u8, "äußerehülle des eis"u8));
        Assert.Equal(DisplayCheck.Same, known.CheckDisplay("http://x/animals"u8, "a"u8, "SHELL"u8));
        Assert.Equal(DisplayCheck.Different, known.CheckDisplay("http://x/animals"u8, "a"u8, [0xFF, 0xFE]));
    }
}

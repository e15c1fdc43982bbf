using FhirGateway.Fhir.Packages;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Fhir.Packages;

public sealed class PackageVersionTests
{
    [Theory]
    [InlineData("3.1.1", "3.1.1", true)]
    [InlineData("3.1.1", "3.1.x", true)]
    [InlineData("3.1.1", "3.x", true)]
    [InlineData("3.1.1", "3.1", true)]
    [InlineData("3.1.1", "latest", true)]
    [InlineData("3.1.1", "3.1.0", false)]
    [InlineData("3.1.1", "3.2.x", false)]
    [InlineData("3.1.1-ballot", "3.1.1", false)]
    [InlineData("HEAD-b685e08", "HEAD-b685e08", true)]
    [InlineData("3.1.1", "3.1.1.1", false)]
    public void Patterns_match_as_in_package_json(string version, string wanted, bool matches) =>
        Assert.Equal(matches, PackageVersionComparer.Matches(version, wanted));

    [Fact]
    public void Versions_are_ordered_by_number_and_labels_stand_before_the_release() =>
        Assert.Equal(
            ["0.9.0", "1.0.0-ballot", "1.0.0", "1.2.0", "1.10.0", "10.0.0", "HEAD-b685e08"],
            new[] { "10.0.0", "1.2.0", "HEAD-b685e08", "1.10.0", "1.0.0", "0.9.0", "1.0.0-ballot" }.Order(PackageVersionComparer.Instance));

    [Fact]
    public void The_order_is_a_total_one()
    {
        var part = Gen.Elements("0", "1", "2", "10", "1a", "x", "ballot", "");
        var version = part.ListOf(3).Select(p => string.Join('.', p)).Zip(part, (v, label) => label.Length == 0 ? v : v + "-" + label);
        Prop.ForAll(version.Three().ToArbitrary(), t =>
        {
            var (x, y, z) = t;
            var order = PackageVersionComparer.Instance;
            return Math.Sign(order.Compare(x, y)) == -Math.Sign(order.Compare(y, x))
                && !(order.Compare(x, y) <= 0 && order.Compare(y, z) <= 0 && order.Compare(x, z) > 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Theory]
    [InlineData("us-core@6.1.0", "hl7.fhir.us.core#6.1.0")]
    [InlineData("hl7.fhir.us.core#6.1.x", "hl7.fhir.us.core#6.1.x")]
    [InlineData("carin-bb", "hl7.fhir.us.carin-bb#latest")]
    public void Names_are_read_with_either_sign_and_by_alias(string text, string name)
    {
        Assert.True(PackageName.TryParse(text, out var read));
        Assert.Equal(name, read.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@1.0.0")]
    [InlineData("../x@1.0.0")]
    [InlineData("a/b@1.0.0")]
    [InlineData("a@../1")]
    [InlineData("a@1@2")]
    public void What_is_no_name_is_none(string? text) => Assert.False(PackageName.TryParse(text, out _));
}

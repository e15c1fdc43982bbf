using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FhirGateway.Contracts;
using FhirGateway.Fhir.Normalization;
using FhirGateway.Tests.Architecture;

namespace FhirGateway.Tests.Docs;

/// <summary>What the documents say that the sources know better.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_package_has_a_line_in_the_dependency_table_and_every_line_a_package()
    {
        var pinned = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value);
        var listed = new Markdown("README.md").Rows("package", "what for").Select(r => r[0]);
        Assert.Equal(pinned.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_package_that_no_project_references_says_so()
    {
        var referenced = Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "Directory.Build.props"))
            .SelectMany(f => XDocument.Load(f).Descendants("PackageReference")).Select(p => p.Attribute("Include")?.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var row in new Markdown("README.md").Rows("package", "what for"))
        {
            var admits = row[1].Contains("pin", StringComparison.Ordinal);
            Assert.True(referenced.Contains(row[0]) != admits, $"{row[0]} is{(referenced.Contains(row[0]) ? "" : " not")} referenced, but its line says: {row[1]}");
        }
    }

    [Fact]
    public void Every_reason_code_is_explained_once()
    {
        var codes = typeof(ReasonCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!);
        var explained = new Markdown("docs/reason-codes.md").Rows("code", "where").Select(r => r[0].Trim('`'));
        Assert.Equal(codes.Order(StringComparer.Ordinal), explained.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_rule_of_normalization_is_explained_in_its_own_words()
    {
        var explained = new Markdown("docs/normalization.md").Rows("rule", "what it does").Select(r => (r[0].Trim('`'), r[1]));
        Assert.Equal(NormalizationRule.All.Select(r => (r.Id, r.Summary)), explained);
    }

    [Fact]
    public void Every_test_that_the_security_page_names_exists()
    {
        var sources = Repository.CSharpFiles(Path.Combine(Repository.Root, "tests")).Select(File.ReadAllText).ToList();
        var named = TestName().Matches(new Markdown("docs/security.md").Text);
        Assert.True(named.Count > 30);
        foreach (Match name in named)
        {
            var (type, method) = (name.Groups["type"].Value, name.Groups["method"].Value);
            Assert.True(
                sources.Any(s => Regex.IsMatch(s, $@"class {type}\b") && s.Contains($" {method}(", StringComparison.Ordinal)),
                $"docs/security.md names {type}.{method}, which is not there");
        }
    }

    [Fact]
    public void Every_link_leads_somewhere()
    {
        foreach (var document in Markdown.All())
        {
            foreach (var link in document.Links().Where(l => !l.Contains("://", StringComparison.Ordinal)))
            {
                var parts = link.Split('#', 2);
                var folder = Path.GetDirectoryName(document.Path) ?? "";
                var target = parts[0].Length == 0 ? document.Path : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, parts[0])));
                Assert.True(Path.Exists(Path.Combine(Repository.Root, target)), $"{document.Path} links to {link}, which is not there");
                if (parts.Length == 2)
                    Assert.True(new Markdown(target).Anchors().Contains(parts[1]), $"{document.Path} links to {link}, but {target} has no such heading");
            }
        }
    }

    [Fact]
    public void Every_folder_of_the_folder_map_exists()
    {
        var rows = new Markdown("README.md").Rows("to change", "look in").ToList();
        Assert.NotEmpty(rows);
        foreach (var name in rows.SelectMany(r => Code().Matches(r[1])).Select(m => m.Groups["code"].Value).Where(n => n.Contains('/')))
        {
            var path = name.StartsWith("FhirGateway/", StringComparison.Ordinal) ? "src/Gateway/" + name : name;
            Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), $"the README names {name}, which is not there");
        }
    }

    [Fact]
    public void The_promise_of_delivery_is_never_overstated()
    {
        foreach (var document in Markdown.All().Where(d => !d.Path.StartsWith("docs/adr/", StringComparison.Ordinal)))
            Assert.DoesNotContain("exactly once", document.Text, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("`(?<type>[A-Za-z0-9]+Tests)\\.(?<method>[A-Za-z0-9_]+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TestName();

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}

using System.Text;
using System.Text.Json;
using FhirGateway.Simulation.Payers;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Tests.Simulation;

public sealed class BulkFileTests
{
    [Theory]
    [InlineData(Cast.PayerA)]
    [InlineData(Cast.PayerB)]
    public async Task Every_line_is_a_resource_whose_references_resolve_to_earlier_lines(string payer)
    {
        var bytes = await SimulatedWorlds.BulkAsync(SimulatedWorlds.Create(), payer);
        var lines = Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split('\n');
        var known = new HashSet<string>();
        var styles = new HashSet<string>();
        foreach (var line in lines)
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            foreach (var reference in References(root))
            {
                Assert.Contains(reference, known);
                styles.Add(reference.StartsWith("urn:uuid:", StringComparison.Ordinal) ? "urn" : reference.Contains('?') ? "conditional" : "relative");
            }
            var (type, id) = (root.GetProperty("resourceType").GetString(), root.GetProperty("id").GetString());
            Assert.True(known.Add($"{type}/{id}"));
            known.Add($"urn:uuid:{id}");
            if (root.TryGetProperty("identifier", out var identifiers))
            {
                foreach (var identifier in identifiers.EnumerateArray())
                    known.Add($"{type}?identifier={identifier.GetProperty("system").GetString()}|{identifier.GetProperty("value").GetString()}");
            }
        }
        Assert.Superset(payer == Cast.PayerA ? ["relative", "conditional"] : new HashSet<string> { "urn" }, styles);
        Assert.InRange(bytes.Length / lines.Length, 1_000, 1_800);
    }

    [Fact]
    public async Task Sensitive_codes_stand_in_sensitive_resources_and_nowhere_else()
    {
        var world = SimulatedWorlds.Create();
        var script = new PayerScript(world, Cast.PayerA);
        var lines = Encoding.UTF8.GetString(await SimulatedWorlds.BulkAsync(world, Cast.PayerA)).TrimEnd('\n').Split('\n');
        var sensitive = script.Records().Where(f => f.IsSensitive).Select(f => script.IdOf(f)).ToHashSet();
        var marked = lines.Where(l => l.Contains("\"H0005\"") || l.Contains("\"F10.20\"")).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("id").GetString()!).ToHashSet();
        Assert.NotEmpty(sensitive);
        Assert.Equal(sensitive, marked);
    }

    [Fact]
    public async Task A_file_of_a_wanted_size_comes_near_it()
    {
        var world = World.Create(WorldOptions.ForBulkBytes(SimulatedWorlds.Today, 20_000_000, people: 1_000));
        var count = await BulkFile.WriteAsync(new PayerScript(world, Cast.PayerA), Stream.Null, BulkSections.All, TestContext.Current.CancellationToken);
        Assert.InRange(count.Bytes, 15_000_000, 25_000_000);
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => p.Name == "reference" ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}

using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using FhirGateway.Adapters.Kafka;
using FhirGateway.Host;

namespace FhirGateway.IntegrationTests.Docs;

/// <summary>The tables of settings and verbs against the program.</summary>
public sealed class ReferencePagesTests
{
    [Fact]
    public void Every_setting_is_listed_with_its_default_and_range()
    {
        var settings = Settings(GatewayOptions.Section, new GatewayOptions()).Concat(Settings(KafkaOptions.Section, new KafkaOptions())).ToList();
        var rows = Rows("docs/configuration.md", "setting").ToDictionary(r => r[0].Trim('`'), StringComparer.Ordinal);
        Assert.Equal(settings.Select(s => s.Name).Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, value, range) in settings)
        {
            Assert.True(rows[name][1].Trim('`') == value, $"{name}: the default is '{value}', the page says {rows[name][1]}");
            if (range is not null)
                Assert.True(rows[name][2].Contains(range, StringComparison.Ordinal) || name.EndsWith(nameof(KafkaOptions.ReplicationFactor), StringComparison.Ordinal), $"{name}: the range is {range}, the page says {rows[name][2]}");
        }
    }

    [Fact]
    public async Task Every_verb_is_listed()
    {
        var folder = Directory.CreateTempSubdirectory("gateway-verbs-");
        try
        {
            var verbs = new List<string>();
            foreach (var verb in await SubcommandsAsync(folder.FullName))
            {
                var below = await SubcommandsAsync(folder.FullName, verb);
                verbs.AddRange(below.Count == 0 ? [verb] : below.Select(b => $"{verb} {b}"));
            }

            var listed = Rows("docs/operator-guide.md", "verb").SelectMany(r => r[0].Split(',')).Select(v => v.Trim().Trim('`'));
            Assert.Equal(verbs.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<List<string>> SubcommandsAsync(string folder, params string[] path)
    {
        var (exit, output, error) = await BuiltGateway.RunAsync(folder, TimeSpan.FromSeconds(30), [.. path, "--help"]);
        Assert.True(exit == 0, error);
        return [.. output.Split('\n').SkipWhile(l => l.TrimEnd() != "Commands:").Skip(1).TakeWhile(l => l.StartsWith("  ", StringComparison.Ordinal))
            .Where(l => l[2] != ' ').Select(l => l.Trim().Split(' ')[0])];
    }

    private static IEnumerable<(string Name, string Default, string? Range)> Settings(string section, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.DeclaringType == options.GetType() && p.CanWrite))
        {
            // A section of its own stands beside the others.
            var name = property.PropertyType.GetField("Section")?.GetRawConstantValue() as string ?? $"{section}:{property.Name}";
            var value = property.GetValue(options);
            if (value is not null and not string and not IEnumerable && property.PropertyType.IsClass)
            {
                foreach (var inner in Settings(name, value))
                    yield return inner;
                continue;
            }

            var range = property.GetCustomAttribute<RangeAttribute>();
            yield return (name, Text(value), range is null ? null : $"{Text(range.Minimum)} to {Text(range.Maximum)}");
        }
    }

    private static string Text(object? value) => value switch
    {
        null or IDictionary => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static IEnumerable<string[]> Rows(string document, string column) =>
        File.ReadAllLines(Path.Combine(BuiltGateway.Repository, document)).SkipWhile(l => !l.StartsWith($"| {column} |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(l => l.StartsWith('|')).Select(l => l.Trim('|').Split('|').Select(c => c.Trim()).ToArray());
}

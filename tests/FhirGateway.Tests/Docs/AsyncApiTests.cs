using System.Reflection;
using System.Text.Json.Serialization;
using FhirGateway.Contracts;
using FhirGateway.Tests.Architecture;

namespace FhirGateway.Tests.Docs;

/// <summary>The AsyncAPI description against the constants that the gateway compiles against.</summary>
public sealed class AsyncApiTests
{
    private const string Entry = "components/schemas/entry";
    private const string Headers = "components/schemas/headers";
    private readonly YamlOutline api = new(File.ReadAllText(Path.Combine(Repository.Source, "Contracts/FhirGateway.Contracts/asyncapi.yaml")));

    [Fact]
    public void It_is_of_version_3_and_every_reference_leads_somewhere()
    {
        Assert.Equal("3.0.0", api.Value("asyncapi"));
        Assert.NotEmpty(api.References());
        Assert.All(api.References(), r => Assert.True(api.Has(r), r));
    }

    [Fact]
    public void It_lists_every_event_type_and_no_other()
    {
        var types = Constants(typeof(EventTypes)).Concat(StreamNames.All.Select(EventTypes.Withdrawn));
        Assert.Equal(types.Order(StringComparer.Ordinal), api.List("components/schemas/eventType/enum").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_lists_every_header_and_no_other_and_all_are_always_there()
    {
        var headers = Constants(typeof(EventHeaders)).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(headers, api.Names(Headers + "/properties").Order(StringComparer.Ordinal));
        Assert.Equal(headers, api.List(Headers + "/required").Order(StringComparer.Ordinal));
        Assert.Equal("false", api.Value(Headers + "/additionalProperties"));
    }

    [Fact]
    public void It_lists_every_property_of_an_entry_and_no_other()
    {
        var properties = typeof(StreamEntry).GetProperties();
        Assert.Equal(
            properties.Select(NameOf).Order(StringComparer.Ordinal),
            api.Names(Entry + "/properties").Order(StringComparer.Ordinal));
        // data is always there, if only as null.
        var required = properties.Where(p => p.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null).Select(NameOf).Append("data");
        Assert.Equal(required.Order(StringComparer.Ordinal), api.List(Entry + "/required").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_knows_the_streams_and_the_form_of_topic_names()
    {
        Assert.Equal(StreamNames.All, api.List("components/parameters/stream/enum"));
        Assert.Equal(TopicName.Of("{prefix}", "{participant}", "{stream}"), api.Value("channels/topic/address"));
    }

    [Fact]
    public void The_participants_guide_names_every_event_type_header_and_property()
    {
        var guide = new Markdown("docs/participant-guide.md").Text;
        var names = Constants(typeof(EventTypes)).Concat(StreamNames.All.Select(EventTypes.Withdrawn)).Concat(Constants(typeof(EventHeaders)))
            .Concat(typeof(StreamEntry).GetProperties().Select(NameOf));
        Assert.All(names, n => Assert.Contains($"`{n}`", guide, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);

    private static string NameOf(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name;
}

using System.Diagnostics;
using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.References;

namespace FhirGateway.Tests.Fhir.References;

public sealed class ReferenceIndexTests
{
    private const string Bundle = """
        {"resourceType":"Bundle","entry":[
         {"fullUrl":"http://a/fhir/Patient/1","resource":{"resourceType":"Patient","id":"1","active":true,"link":[{"other":{"reference":"Patient/2"}}]}},
         {"fullUrl":"http://b/fhir/Patient/2","resource":{"resourceType":"Patient","id":"2","active":false}},
         {"fullUrl":"http://a/fhir/Patient/2","resource":{"resourceType":"Patient","id":"2","gender":"male",
           "contained":[{"resourceType":"Organization","id":"c","name":"x"}],"managingOrganization":{"reference":"#c"}}},
         {"fullUrl":"urn:uuid:7","resource":{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/1"}}},
         {"resource":{"resourceType":"Group","id":"g"}}]}
        """;

    private static JsonTape Tape(string json)
    {
        var tape = new JsonTape();
        Assert.True(tape.Read(Encoding.UTF8.GetBytes(json)).IsNone);
        return tape;
    }

    /// <summary>A token within an entry's resource.</summary>
    private static int Inside(JsonTape tape, int entry)
    {
        var at = tape.Find(0, "entry"u8) + 1;
        for (; entry > 0; entry--)
            at = tape[at].Next;
        return tape.Find(at, "resource"u8) + 1;
    }

    [Theory]
    [InlineData("Patient/2", 0, 2)]
    [InlineData("Patient/2", 1, 1)]
    [InlineData("Patient/2/_history/3", 0, 2)]
    [InlineData("http://b/fhir/Patient/2", 0, 1)]
    [InlineData("http://c/fhir/Patient/2", 0, -1)]
    [InlineData("urn:uuid:7", 0, 3)]
    [InlineData("Patient/1", 3, 0)]
    [InlineData("Group/g", 0, 4)]
    [InlineData("#", 2, 2)]
    [InlineData("Patient/9", 0, -1)]
    [InlineData("", 0, -1)]
    public void A_reference_is_found_relative_to_the_entry_that_holds_it(string reference, int from, int to)
    {
        var tape = Tape(Bundle);
        var found = ReferenceIndex.Build(tape).Find(Encoding.UTF8.GetBytes(reference), Inside(tape, from));
        Assert.Equal(to < 0 ? -1 : Inside(tape, to) - 1, found);
    }

    [Fact]
    public void Contained_resources_are_found_from_their_own_container_only()
    {
        var tape = Tape(Bundle);
        var index = ReferenceIndex.Build(tape);
        var found = index.Find("#c"u8, Inside(tape, 2));
        Assert.Equal("Organization", tape.FindText(found, "resourceType"u8));
        Assert.Equal(-1, index.Find("#c"u8, Inside(tape, 0)));
        Assert.Equal(found, index.Find("http://a/fhir/Patient/2#c"u8, Inside(tape, 0)));
    }

    [Fact]
    public void Resources_of_parameters_are_found_by_type_and_id()
    {
        var tape = Tape("""{"resourceType":"Parameters","parameter":[{"name":"a","part":[{"name":"b","resource":{"resourceType":"Patient","id":"p"}}]}]}""");
        Assert.Equal("p", tape.FindText(ReferenceIndex.Build(tape).Find("Patient/p"u8, 1), "id"u8));
    }

    [Fact]
    public void Shapes_that_are_no_bundle_are_read_without_harm()
    {
        foreach (var json in new[] { "{}", """{"resourceType":5}""", """{"resourceType":"Bundle","entry":[1,[],{"fullUrl":{},"resource":[]},{"resource":{}}],"contained":{}}""", """{"resourceType":"Parameters","parameter":{}}""" })
            Assert.Equal(-1, ReferenceIndex.Build(Tape(json)).Find("Patient/1"u8, 0));
    }

    [Fact]
    public void Ten_thousand_entries_that_refer_to_each_other_are_resolved_in_linear_time()
    {
        var json = new StringBuilder("{\"resourceType\":\"Bundle\",\"entry\":[");
        for (var i = 0; i < 10_000; i++)
            json.Append(i == 0 ? "" : ",").Append($$$"""{"fullUrl":"urn:uuid:{{{i}}}","resource":{"resourceType":"Patient","id":"{{{i}}}","link":[{"other":{"reference":"urn:uuid:{{{9999 - i}}}"}}]}}""");
        var tape = Tape(json.Append("]}").ToString());
        var evaluator = new FhirGateway.Fhir.FhirPath.FhirPathEvaluator();
        evaluator.Start(tape);
        var expression = FhirPath.FhirPathTexts.Compile("entry.resource.link.other.resolve().id.count()");
        evaluator.Evaluate(expression);
        var start = Stopwatch.GetTimestamp();
        var index = ReferenceIndex.Build(tape);
        for (var i = 0; i < 10_000; i++)
            Assert.True(index.Find(Encoding.UTF8.GetBytes($"urn:uuid:{i}"), 5) > 0);
        Assert.Equal("10000", evaluator.Evaluate(expression).Items[0].Json);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }
}

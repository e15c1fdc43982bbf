using System.Text;
using FhirGateway.Adapters.BulkSubmit;

namespace FhirGateway.Tests.BulkSubmit;

/// <summary>Bodies of calls, written as senders write them.</summary>
internal static class Calls
{
    public const string Submitter = """{"name":"submitter","valueIdentifier":{"system":"urn:sub","value":"acme"}}""";
    public const string Id = """{"name":"submissionId","valueString":"sub-1"}""";
    public const string Manifest = """{"name":"manifestUrl","valueUrl":"https://files.acme.example/m1?sig=geheim"},{"name":"fhirBaseUrl","valueUrl":"https://fhir.acme.example/r4/"}""";

    public static byte[] Body(params string[] parameters) =>
        Encoding.UTF8.GetBytes($$"""{"resourceType":"Parameters","parameter":[{{string.Join(',', parameters)}}]}""");

    public static string Status(string code, string system = "http://hl7.org/fhir/event-status") =>
        "{\"name\":\"submissionStatus\",\"valueCoding\":{\"system\":\"" + system + "\",\"code\":\"" + code + "\"}}";

    public static BulkSubmitRequest Read(params string[] parameters)
    {
        var request = BulkSubmitRequestReader.Read(Body([Submitter, Id, .. parameters]), out var fault);
        Assert.Null(fault);
        return request!;
    }

    public static SubmitFault Refused(params string[] parameters)
    {
        var request = BulkSubmitRequestReader.Read(Body(parameters), out var fault);
        Assert.Null(request);
        Assert.NotNull(fault);
        Assert.InRange(fault.Status, 400, 499);
        Assert.DoesNotContain("geheim", fault.Text, StringComparison.Ordinal);
        return fault;
    }
}

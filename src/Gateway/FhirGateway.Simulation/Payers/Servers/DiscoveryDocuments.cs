using System.Text.Json.Nodes;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>What a server says of itself.</summary>
internal static class DiscoveryDocuments
{
    private const string Operations = "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/";

    public static JsonObject Capabilities(DialectTraits traits, string fhirUrl, DateTimeOffset now)
    {
        var rest = new JsonObject
        {
            ["mode"] = "server",
            ["security"] = new JsonObject { ["service"] = new JsonArray(new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/restful-security-service", ["code"] = "SMART-on-FHIR" }) }) },
        };
        var resources = new JsonArray();
        if (traits.Patients)
            resources.Add(Resource("Patient", Operation("export", "patient-export", traits)));
        if (traits.Groups)
            resources.Add(Resource("Group", Operation("export", "group-export", traits), new JsonObject
            {
                ["name"] = "provider-member-match",
                ["definition"] = "http://hl7.org/fhir/us/davinci-pdex/OperationDefinition/ProviderMemberMatch",
            }, new JsonObject
            {
                ["name"] = "davinci-data-export",
                ["definition"] = "http://hl7.org/fhir/us/davinci-pdex/OperationDefinition/davinci-data-export",
            }));
        rest["resource"] = resources;
        if (traits.System)
            rest["operation"] = new JsonArray(Operation("export", "export", traits));
        return new JsonObject
        {
            ["resourceType"] = "CapabilityStatement",
            ["status"] = "active",
            ["date"] = now.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
            ["kind"] = "instance",
            ["instantiates"] = new JsonArray("http://hl7.org/fhir/uv/bulkdata/CapabilityStatement/bulk-data"),
            ["implementation"] = new JsonObject { ["description"] = "Simulated payer", ["url"] = fhirUrl },
            ["fhirVersion"] = "4.0.1",
            ["format"] = new JsonArray("application/fhir+json"),
            ["rest"] = new JsonArray(rest),
        };
    }

    public static JsonObject Smart(DialectTraits traits, string tokenUrl) => new()
    {
        ["token_endpoint"] = tokenUrl,
        ["grant_types_supported"] = new JsonArray("client_credentials"),
        ["token_endpoint_auth_methods_supported"] = new JsonArray(traits.Secret ? "client_secret_basic" : "private_key_jwt"),
        ["token_endpoint_auth_signing_alg_values_supported"] = new JsonArray("RS384", "ES384"),
        ["scopes_supported"] = new JsonArray("system/*.rs", "system/*.read"),
        ["capabilities"] = new JsonArray(traits.Secret ? "client-confidential-symmetric" : "client-confidential-asymmetric", "permission-v2"),
    };

    private static JsonObject Resource(string type, params JsonObject[] operations) =>
        new() { ["type"] = type, ["operation"] = new JsonArray([.. operations]) };

    private static JsonObject Operation(string name, string definition, DialectTraits traits) =>
        new() { ["name"] = name, ["definition"] = Operations + definition + "|" + traits.Version };
}

using System.CommandLine;
using FhirGateway.Adapters.BulkFhir;

namespace FhirGateway.Host.Commands;

/// <summary>The options of <c>source set</c>.</summary>
internal sealed class SourceSetOptions
{
    public Argument<string> Id { get; } = new("ID") { Description = "The source" };
    public Option<string?> Fhir { get; } = One("--fhir", "URL", "Base URL of its FHIR server");
    public Option<string?> Group { get; } = One("--group", "ID", "The Group whose members are exported; without it all patients");
    public Option<string?> ClientId { get; } = One("--client-id", "ID", "The gateway's client id there; without it no token is asked for");
    public Option<string?> Key { get; } = One("--key", "FILE", "The gateway's private key there, PEM or JWK; without it the one of source jwks");
    public Option<string?> SecretFile { get; } = One("--secret-file", "FILE", "File with the client secret, for servers that take a secret instead of a key");
    public Option<string?> TokenUrl { get; } = One("--token-url", "URL", "Token endpoint; without it the one of its SMART configuration");
    public Option<string?> Scope { get; } = One("--scope", "SCOPES", "Scopes to ask for [default: system/*.rs, or what the server knows]");
    public Option<string?> Dialect { get; } = One("--dialect", "NAME", "How it deviates: " + string.Join("; ", ExportDialect.All.Select(d => $"{d.Name} ({d.About})")));
    public Option<string[]> Submitter { get; } = Many("--submitter", "SYSTEM|VALUE", "Submitter of its $bulk-submit requests; again for more; replaces those known");
    public Option<string[]> Allow { get; } = Many("--allow", "ORIGIN", "Origin (scheme, host, port) that it may lead to beside that of --fhir; the only way to plain HTTP and to private addresses; again for more; replaces those known");
    public Option<int?> Every { get; } = new("--every") { Description = "Hours between scheduled exports; without it on demand only", HelpName = "HOURS" };
    public Option<string[]> Type { get; } = Many("--type", "T,…", "Resource types that exports ask for; without it all that the server gives");
    public Option<string[]> TypeFilter { get; } = Many("--type-filter", "QUERY", "Narrows a type, such as ExplanationOfBenefit?type=oral; again for more");
    public Option<string[]> Elements { get; } = Many("--elements", "E,…", "Elements to narrow resources to, such as Patient.name; what comes so never takes the place of a whole resource");
    public Option<string[]> AssociatedData { get; } = Many("--associated-data", "CODE,…", "Values of includeAssociatedData");
    public Option<string?> OrganizeOutputBy { get; } = One("--organize-output-by", "TYPE", "Asks for files in blocks of this type");
    public Option<string?> PartialManifests { get; } = One("--partial-manifests", "on|off", "Whether files are fetched before all are ready, where the server offers it [default: off]").AcceptOnlyFromAmong("on", "off");
    public Option<string?> OnlyParticipant { get; } = One("--only-participant", "ID", "The one participant that its data go to, where that participant's own credentials fetch them");
    public Option<string?> Amounts { get; } = One("--amounts", "release|withhold", "Whether amounts of its claims may go where an agreement says so [default: release; withhold with dialect pdex]").AcceptOnlyFromAmong("release", "withhold");
    public Option<string[]> AuthoritySystem { get; } = Many("--authority-system", "NAME=URI", "Identifier system of its FHIR messages for the numbers that its HL7v2 messages send under an assigning authority, so that both feed one visit; again for more; replaces those known");
    public Option<string[]> Clear { get; } = Many("--clear", "NAME", "Forgets a setting, named as its option without dashes; again for more");

    public void AddTo(Command command)
    {
        command.Add(Id);
        foreach (var option in new Option[]
        {
            Fhir, Group, ClientId, Key, SecretFile, TokenUrl, Scope, Dialect, Submitter, Allow, Every, Type, TypeFilter, Elements, AssociatedData, OrganizeOutputBy,
            PartialManifests, OnlyParticipant, Amounts, AuthoritySystem, Clear,
        })
            command.Add(option);
    }

    private static Option<string?> One(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static Option<string[]> Many(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => [] };
}

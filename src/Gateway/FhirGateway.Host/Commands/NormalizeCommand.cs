using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using FhirGateway.Fhir.Normalization;
using FhirGateway.Normalization;
using FhirGateway.Validation;

namespace FhirGateway.Host.Commands;

/// <summary><c>normalize</c>: what the pipeline makes of a source's resources, without a store.</summary>
internal static class NormalizeCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("normalize", "Shows what the gateway makes of resources of a source, as NDJSON: ids, references, code systems, meta",
            "normalize claims.ndjson --source acme-health",
            "normalize patient.json --source acme-health --base-url https://fhir.acme.example/r4");
        var file = new Argument<string>("FILE") { Description = "One JSON or XML resource, or NDJSON; also gzip; - reads standard input" };
        var source = new Option<string>("--source") { Description = "Whose resources they are", HelpName = "ID", Required = true };
        var baseUrls = new Option<string[]>("--base-url") { Description = "A FHIR base URL of the source: references below it are its own", HelpName = "URL" };
        var profiles = ProfileNames.Option();
        var memberSystem = new Option<string>("--member-system") { Description = "URI of its member numbers, for those sent without a system", HelpName = "URI" };
        var explain = new Option<bool>("--explain") { Description = "Each change on standard error, a JSON line with line, rule and element" };
        command.Add(explain);
        command.Add(profiles);
        command.Add(memberSystem);
        command.Add(file);
        command.Add(source);
        command.Add(baseUrls);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            session, parsed.GetRequiredValue(file),
            new NormalizationSettings(parsed.GetRequiredValue(source), new NoResources(), parsed.GetValue(baseUrls), parsed.GetValue(memberSystem)),
            parsed.GetValue(profiles), parsed.GetValue(explain), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Session session, string file, NormalizationSettings settings, string? profiles, bool explains, CancellationToken cancellationToken)
    {
        await using var stream = session.Open(file);
        var normalizer = new ResourceNormalizer();
        var sets = new ProfileSets(PackageCommand.FolderIn(DataDirectory.PathOf(session, null)));
        var choice = new ResourceValidation().ChoiceOf(sets.Of(ProfileNames.Parse(profiles, sets)));
        var exit = ExitCodes.Fine;
        await foreach (var resource in ResourceInput.ReadAsync(file, stream, cancellationToken))
        {
            if (resource.Fault is { } fault)
            {
                await session.Error.WriteLineAsync($"{file}: line {fault.Place.Line}: {fault.Issue.Message}");
                exit = ExitCodes.Findings;
                continue;
            }

            var outcome = normalizer.Normalize(resource.Json, settings, choice);
            if (outcome.IsNormalized)
            {
                await session.Output.WriteLineAsync(OneLine(outcome.Resource.Json));
                if (explains)
                    await ExplainAsync(session, resource.Line, normalizer.Changes.Explain());
                continue;
            }

            await session.Error.WriteLineAsync($"{file}: line {resource.Line}: {outcome.Rejection.Reason}{(outcome.Rejection.Path is { } path ? " at " + path : "")}");
            exit = ExitCodes.Findings;
        }

        await session.Output.FlushAsync(cancellationToken);
        return exit;
    }

    /// <summary>Rules and paths have no character that JSON escapes, and no value of the resource.</summary>
    private static async Task ExplainAsync(Session session, long line, NormalizationChange[] changes)
    {
        foreach (var change in changes)
            await session.Error.WriteLineAsync($$"""{"line":{{line}},"rule":"{{change.Rule}}","expression":"{{change.Expression}}"}""");
    }

    /// <summary>Line ends stand between tokens only: within a string JSON escapes them.</summary>
    private static string OneLine(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span).Replace('\r', ' ').Replace('\n', ' ');

    /// <summary>Without a store nothing is known of other resources: references by uuid and by identifier are kept and marked.</summary>
    private sealed class NoResources : IReferenceLookup
    {
        public string? FindTypeOfId(string source, string id) => null;

        public string? FindIdByIdentifier(string source, string type, string system, string value) => null;
    }
}

using System.CommandLine;

namespace FhirGateway.Host.Commands;

/// <summary><c>validate</c>: resources against packages and profiles, without a store.</summary>
internal static class ValidateCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("validate", "Validates FHIR R4 resources: one OperationOutcome per resource, in order, as NDJSON",
            "validate claims.ndjson.gz --summary",
            "validate patient.json --package us-core@6.1.0",
            "validate eob.json --package carin.tgz --profile http://hl7.org/fhir/us/carin-bb/StructureDefinition/C4BB-ExplanationOfBenefit",
            "validate - --definitions our-profiles --profile our-profiles/visit.json < visit.xml");
        var files = new Argument<string[]>("FILE") { Description = "One JSON or XML resource, or NDJSON; also gzip; - reads standard input", Arity = ArgumentArity.OneOrMore };
        var packages = new Option<string[]>("--package")
        {
            Description = "A FHIR package: NAME@VERSION (also with #; aliases us-core, carin-bb, davinci-atr, davinci-pdex) or a .tgz file [default: the built-in ones]",
            HelpName = "NAME@VER|FILE.tgz",
        };
        var definitions = new Option<string[]>("--definitions") { Description = "Further definitions, JSON or XML, single, in Bundles or in a folder", HelpName = "FILE|DIR" };
        var profiles = new Option<string[]>("--profile") { Description = "A profile that every resource must satisfy, beside those it declares: its URL or its file", HelpName = "URL|FILE" };
        var summary = new Option<bool>("--summary") { Description = "One tab-separated line per resource: file, line, type/id, errors, warnings, information" };
        command.Add(files);
        command.Add(packages);
        command.Add(definitions);
        command.Add(profiles);
        var data = DataDirectory.Option();
        command.Add(summary);
        command.Add(data);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            session,
            PackageSources.Usual(session, parsed.GetValue(data)),
            new ValidationRequest
            {
                Packages = parsed.GetValue(packages) ?? [],
                Definitions = parsed.GetValue(definitions) ?? [],
                Profiles = parsed.GetValue(profiles) ?? [],
                IsSummary = parsed.GetValue(summary),
                Files = parsed.GetRequiredValue(files),
            },
            cancellationToken));
        return command;
    }

    /// <summary>Runs a request; packages that <paramref name="sources"/> has read before are not read again.</summary>
    public static async Task<int> RunAsync(Session session, PackageSources sources, ValidationRequest request, CancellationToken cancellationToken)
    {
        var files = request.Files.DistinctBy(f => f == "-" ? f : session.PathOf(f), StringComparer.Ordinal).ToList();
        foreach (var file in files.Where(f => f != "-"))
            await session.Open(file).DisposeAsync();
        var rules = await ValidationRules.LoadAsync(session, sources, request, cancellationToken);
        var run = new ValidationRun(session, () => new ResourceCheck(rules.CreateValidator(), request.IsSummary));
        await run.RunAsync(files, cancellationToken);
        return run.HasErrors ? ExitCodes.Findings : ExitCodes.Fine;
    }
}

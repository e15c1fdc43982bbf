using System.CommandLine;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Validation;

namespace FhirGateway.Host.Commands;

/// <summary><c>source add|set|jwks|list</c>: organisations that send.</summary>
internal static class SourceCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("source", "Organisations that send: payers, HIEs, hospitals");
        command.Add(Add(session));
        command.Add(SourceSetCommand.Create(session));
        command.Add(SourceJwksCommand.Create(session));
        command.Add(new Verb("list", "Lists the sources", "source list").Runs(session, makes: false, _ => (gateway, _) => ListAsync(session, gateway)));
        return command;
    }

    private static Command Add(Session session)
    {
        var command = new Verb("add", "Adds a source",
            "source add acme-health --kind payer --authority ACME --base-url https://fhir.acme.example/r4",
            "source add medicare-aco --kind payer --claims bcda-v3",
            "source add st-mary --kind hospital --facility STMARY --sensitive-unit BH3");
        var id = new Argument<string>("ID") { Description = OrganizationId.Form };
        var kind = new Option<string>("--kind") { Description = "What it is", Required = true }.AcceptOnlyFromAmong("payer", "hie", "hospital");
        var facility = Many("--facility", "MSH-4", "Sending facility of its messages (MSH-4.1); again for more");
        var authority = Many("--authority", "NAME", "Assigning authority of its member or patient ids [default: its ID]");
        var url = Many("--base-url", "URL", "FHIR base URL under which its absolute references resolve");
        var facilities = Many("--sensitive-facility", "MSH-4", "Facility whose visits are withheld");
        var units = Many("--sensitive-unit", "PV1-3.1", "Unit whose visits are withheld");
        var services = Many("--sensitive-service", "PV1-10", "Service whose visits are withheld");
        var zone = new Option<string>("--time-zone") { Description = "IANA zone of its times without offset", HelpName = "ZONE", DefaultValueFactory = _ => "America/New_York" };
        var profiles = ProfileNames.Option();
        var onError = new Option<string>("--on-profile-error") { Description = "pass, or hold bulk resources with an error; messages always pass", DefaultValueFactory = _ => "pass" }.AcceptOnlyFromAmong("pass", "hold");
        var memberSystem = new Option<string>("--member-system") { Description = "URI of its member numbers, for those that it sends without a system", HelpName = "URI" };
        var claims = ClaimOptions.Profile();
        var claimKey = ClaimOptions.Key();
        var claimFeed = ClaimOptions.Feed();
        var replace = new Option<bool>("--replace") { Description = "Replaces the settings of a known source" };
        foreach (var symbol in new Option[] { kind, facility, authority, url, facilities, units, services, zone, profiles, onError, memberSystem, claims, claimKey, claimFeed, replace })
            command.Add(symbol);
        command.Add(id);
        return command.Runs(session, makes: true, parsed => (gateway, cancellationToken) => AddAsync(gateway, session, new Source
        {
            Id = parsed.GetRequiredValue(id),
            Kind = Enum.Parse<SourceKind>(parsed.GetRequiredValue(kind), ignoreCase: true),
            Facilities = [.. parsed.GetValue(facility)!],
            Authorities = [.. parsed.GetValue(authority)!],
            BaseUrls = [.. parsed.GetValue(url)!],
            SensitiveFacilities = [.. parsed.GetValue(facilities)!],
            SensitiveUnits = [.. parsed.GetValue(units)!],
            SensitiveServices = [.. parsed.GetValue(services)!],
            TimeZone = parsed.GetValue(zone)!,
            Profiles = ProfileNames.Parse(
                parsed.GetValue(profiles), new ProfileSets(PackageCommand.FolderIn(DataDirectory.PathOf(session, parsed.GetValue<string>("--data"))))),
            HoldsProfileErrors = parsed.GetValue(onError) == "hold",
            MemberSystem = parsed.GetValue(memberSystem),
            Claims = ClaimOptions.Parse(parsed.GetValue(claims), parsed.GetValue(claimKey), parsed.GetValue(claimFeed)) ?? new ClaimSettings(),
        }, parsed.GetValue(replace), cancellationToken));
    }

    private static Option<string[]> Many(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => [] };

    private static async Task<int> AddAsync(RunningGateway gateway, Session session, Source source, bool replace, CancellationToken cancellationToken)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(source.TimeZone, out _))
            throw new VerbFault($"--time-zone {source.TimeZone}: no zone of that name is known here; use an IANA name such as America/Chicago");
        if (source.BaseUrls.FirstOrDefault(u => !Uri.TryCreate(u, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")) is { } wrong)
            throw new VerbFault($"--base-url {wrong}: not an absolute http or https URL");
        if (source.MemberSystem is { } system && !Uri.TryCreate(system, UriKind.Absolute, out _))
            throw new VerbFault($"--member-system {system}: not an absolute URI");
        var known = gateway.Engine.Organizations.Value.FindSource(source.Id);
        if (known is not null && !replace)
            throw new VerbFault($"There is a source '{source.Id}' already. Choose another id, or replace its settings with --replace");
        if (known is not null && known.Kind != source.Kind)
            throw new VerbFault($"Source '{source.Id}' is a {known.Kind.ToString().ToLowerInvariant()}: its kind cannot be changed");
        source = source with { Connection = known?.Connection ?? source.Connection, Feed = known?.Feed ?? source.Feed };
        if (await gateway.Engine.Registry.SaveAsync(source, RunningGateway.Client, cancellationToken) is { } fault)
            throw new VerbFault(fault);
        await session.Error.WriteLineAsync($"Source {source.Id} is {(known is null ? "added" : "replaced")}.");
        return ExitCodes.Fine;
    }

    private static async Task<int> ListAsync(Session session, RunningGateway gateway)
    {
        await TextTable.WriteAsync(session, ["id", "kind", "facilities", "authorities", "base-urls", "time-zone", "profiles", "on-profile-error", "claims", "fhir", "dialect", "messages", "certificates"],
            gateway.Engine.Organizations.Value.Sources.Select(s => new[]
            {
                s.Id, s.Kind.ToString().ToLowerInvariant(), string.Join(' ', s.Facilities), string.Join(' ', s.MemberAuthorities), string.Join(' ', s.BaseUrls), s.TimeZone,
                string.Join(' ', s.Profiles.IsEmpty ? ProfileSets.Default : s.Profiles), s.HoldsProfileErrors ? "hold" : "pass", ClaimOptions.Show(s.Claims),
                s.Connection.FhirUrl ?? "", s.Connection.Dialect ?? "", FeedOptions.Show(s.Feed),
                s.Feed.Certificates.Length.ToString(System.Globalization.CultureInfo.InvariantCulture),
            }));
        return ExitCodes.Fine;
    }
}

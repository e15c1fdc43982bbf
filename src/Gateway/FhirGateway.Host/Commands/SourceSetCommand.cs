using System.Collections.Immutable;
using System.CommandLine;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary><c>source set</c>: how a source is reached. Only what is given changes.</summary>
internal static class SourceSetCommand
{
    private const int MostHours = 24 * 31;

    public static Command Create(Session session)
    {
        var options = new SourceSetOptions();
        var command = new Verb("set", "Says how a source is reached for exports, and which $bulk-submit is its own; changes only what is given",
            "source set acme-health --fhir https://fhir.acme.example/r4 --group aco-7 --client-id hie-gateway --every 24",
            "source set acme-health --allow https://files.acme.example --submitter 'https://acme.example/ids|acme'",
            "source set bcda --fhir https://sandbox.bcda.cms.gov/api/v2 --dialect bcda --client-id ID --secret-file bcda.secret --token-url https://sandbox.bcda.cms.gov/auth/token --only-participant bluebird-aco",
            "source set acme-health --clear group --clear every");
        options.AddTo(command);
        return command.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var known = gateway.Source(parsed.GetRequiredValue(options.Id));
            var clear = parsed.GetValue(options.Clear)!;
            var source = known with
            {
                Connection = Changed(session, parsed, options, known.Connection),
                AuthoritySystems = AuthoritySystems(parsed.GetValue(options.AuthoritySystem)!) ?? (clear.Contains("authority-system") ? [] : known.AuthoritySystems),
            };
            Check(gateway, source);
            if (await gateway.Engine.Registry.SaveAsync(source, RunningGateway.Client, cancellationToken) is { } fault)
                throw new VerbFault(fault);
            foreach (var warning in ConnectionWarnings.Of(source))
                await session.Error.WriteLineAsync(warning);
            await session.Error.WriteLineAsync($"Source {source.Id} is changed.");
            return ExitCodes.Fine;
        });
    }

    private static SourceConnection Changed(Session session, ParseResult parsed, SourceSetOptions options, SourceConnection known)
    {
        var cleared = Cleared(known, parsed.GetValue(options.Clear)!);
        var dialect = parsed.GetValue(options.Dialect) ?? cleared.Dialect;
        return cleared with
        {
            FhirUrl = parsed.GetValue(options.Fhir)?.TrimEnd('/') ?? cleared.FhirUrl,
            Group = parsed.GetValue(options.Group) ?? cleared.Group,
            ClientId = parsed.GetValue(options.ClientId) ?? cleared.ClientId,
            KeyFile = parsed.GetValue(options.Key) is { } key ? session.PathOf(key) : cleared.KeyFile,
            SecretFile = parsed.GetValue(options.SecretFile) is { } secret ? session.PathOf(secret) : cleared.SecretFile,
            TokenUrl = parsed.GetValue(options.TokenUrl) ?? cleared.TokenUrl,
            Scope = parsed.GetValue(options.Scope) ?? cleared.Scope,
            Dialect = dialect,
            Submitters = Submitters(parsed.GetValue(options.Submitter)!) ?? cleared.Submitters,
            AllowedOrigins = List(parsed.GetValue(options.Allow)!) ?? cleared.AllowedOrigins,
            Types = Split(parsed.GetValue(options.Type)!) ?? cleared.Types,
            TypeFilters = List(parsed.GetValue(options.TypeFilter)!) ?? cleared.TypeFilters,
            Elements = Split(parsed.GetValue(options.Elements)!) ?? cleared.Elements,
            AssociatedData = Split(parsed.GetValue(options.AssociatedData)!) ?? cleared.AssociatedData,
            OrganizeOutputBy = parsed.GetValue(options.OrganizeOutputBy) ?? cleared.OrganizeOutputBy,
            AcceptsPartialManifests = parsed.GetValue(options.PartialManifests) is { } partial ? partial == "on" : cleared.AcceptsPartialManifests,
            EveryHours = parsed.GetValue(options.Every) ?? cleared.EveryHours,
            OnlyParticipant = parsed.GetValue(options.OnlyParticipant) ?? cleared.OnlyParticipant,
            // Provider Access gives no amounts; what slips through goes to nobody.
            WithholdsAmounts = parsed.GetValue(options.Amounts) is { } amounts
                ? amounts == "withhold"
                : cleared.WithholdsAmounts || ExportDialect.Find(dialect) is { IsProviderAccess: true },
        };
    }

    private static SourceConnection Cleared(SourceConnection known, IEnumerable<string> names) => names.Aggregate(known, static (c, name) => name switch
    {
        "fhir" => c with { FhirUrl = null },
        "group" => c with { Group = null },
        "client-id" => c with { ClientId = null },
        "key" => c with { KeyFile = null },
        "secret-file" => c with { SecretFile = null },
        "token-url" => c with { TokenUrl = null },
        "scope" => c with { Scope = null },
        "dialect" => c with { Dialect = null },
        "submitter" => c with { Submitters = [] },
        "allow" => c with { AllowedOrigins = [] },
        "type" => c with { Types = [] },
        "type-filter" => c with { TypeFilters = [] },
        "elements" => c with { Elements = [] },
        "associated-data" => c with { AssociatedData = [] },
        "organize-output-by" => c with { OrganizeOutputBy = null },
        "every" => c with { EveryHours = null },
        "only-participant" => c with { OnlyParticipant = null },
        "authority-system" => c,
        _ => throw new VerbFault($"--clear {name}: no such setting"),
    });

    private static void Check(RunningGateway gateway, Source source)
    {
        var c = source.Connection;
        CheckUrl("--fhir", c.FhirUrl, c.AllowedOrigins);
        CheckUrl("--token-url", c.TokenUrl, c.AllowedOrigins);
        if (c.AllowedOrigins.FirstOrDefault(o => !EgressOrigin.TryParse(o, out _)) is { } origin)
            throw new VerbFault($"--allow {origin}: not an origin; write scheme://host or scheme://host:port and nothing more");
        if (ExportDialect.Find(c.Dialect) is not { } dialect)
            throw new VerbFault($"--dialect {c.Dialect}: unknown; one of {string.Join(", ", ExportDialect.All.Select(d => d.Name))}");
        if (c.Types.FirstOrDefault(t => !IsTypeName(t)) is { } type)
            throw new VerbFault($"--type {type}: not the name of a resource type");
        if (c.TypeFilters.FirstOrDefault(f => !f.Contains('?', StringComparison.Ordinal)) is { } filter)
            throw new VerbFault($"--type-filter {filter}: not a query such as ExplanationOfBenefit?type=oral");
        if (c.EveryHours is < 1 or > MostHours)
            throw new VerbFault($"--every {c.EveryHours}: a number of hours from 1 to {MostHours}");
        if (c.EveryHours is not null && c.FhirUrl is null)
            throw new VerbFault("--every: there is no FHIR server to export from; give it with --fhir");
        if (c is { KeyFile: not null, SecretFile: not null })
            throw new VerbFault("A client has a key or a secret, not both: clear one with --clear key or --clear secret-file");
        if (c.KeyFile is { } key)
            ClientSigningKeys.Read(key).Dispose();
        if (c.SecretFile is { } secret && !File.Exists(secret))
            throw new VerbFault($"--secret-file {secret}: there is no such file");
        if (c.OnlyParticipant is { } participant)
            gateway.Participant(participant);
        else if (dialect.IsProviderAccess)
            throw new VerbFault($"Dialect {dialect.Name} pulls with one participant's panel, and its data go to that participant alone: name it with --only-participant");
    }

    /// <summary>Whether a text has the form of a resource type's name.</summary>
    public static bool IsTypeName(string text) => text.Length is > 0 and <= 64 && char.IsAsciiLetterUpper(text[0]) && text.All(char.IsAsciiLetter);

    private static void CheckUrl(string option, string? text, ImmutableArray<string> allowed)
    {
        if (text is null)
            return;
        if (!EgressUrl.TryRead(text, out var url, out var fault))
            throw new VerbFault($"{option} {text}: {fault}");
        if (url.Query.Length > 0)
            throw new VerbFault($"{option}: a URL without query is needed");
        var origin = EgressOrigin.Of(url);
        if (!origin.IsHttps && !allowed.Any(a => EgressOrigin.TryParse(a, out var given) && given == origin))
            throw new VerbFault($"{option} {text}: plain HTTP is refused, unless the operator allows this very origin: --allow {origin}");
    }

    private static ImmutableArray<SubmitterIdentifier>? Submitters(string[] given) => given.Length == 0 ? null :
    [
        .. given.Select(g => SubmitterIdentifier.TryParse(g, out var submitter)
            ? submitter
            : throw new VerbFault($"--submitter {g}: has no value; write SYSTEM|VALUE")),
    ];

    private static ImmutableArray<AuthoritySystem>? AuthoritySystems(string[] given)
    {
        if (given.Length == 0)
            return null;
        ImmutableArray<AuthoritySystem> systems =
        [
            .. given.Select(g => g.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } uri] && Uri.TryCreate(uri, UriKind.Absolute, out _)
                ? new AuthoritySystem(name, uri)
                : throw new VerbFault($"--authority-system {g}: write NAME=URI, the assigning authority of HL7v2 and the identifier system of FHIR")),
        ];
        return systems.DistinctBy(s => s.System).Count() == systems.Length ? systems : throw new VerbFault("--authority-system: a system is named twice");
    }

    private static ImmutableArray<string>? List(string[] given) => given.Length == 0 ? null : [.. given];

    private static ImmutableArray<string>? Split(string[] given) =>
        given.Length == 0 ? null : [.. given.SelectMany(g => g.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];
}

using System.Collections.Immutable;
using System.CommandLine;
using System.Reflection;
using FhirGateway.Contracts;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary><c>participant set</c>: which ADT events a participant wants, and the NPIs of its providers. Only what is given changes.</summary>
internal static class ParticipantSetCommand
{
    private const int MostAge = 130;

    private static readonly ImmutableArray<string> EventNames =
    [
        .. typeof(EventTypes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!)
            .Where(n => n.StartsWith("adt.", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public static Command Create(Session session)
    {
        var command = new Verb("set", "Says which ADT events a participant wants, and which providers are its own; changes only what is given",
            "participant set bluebird-aco --events adt.admit,adt.discharge --class IMP,OBSENC --min-age 65",
            "participant set bluebird-aco --npi 1234567893 --provider-npi 1245319599,1679576722",
            "participant set bluebird-aco --clear events --clear class");
        var id = new Argument<string>("ID") { Description = "The participant" };
        var npi = new Option<string?>("--npi") { Description = "Its National Provider Identifier", HelpName = "NPI" };
        var providers = Many("--provider-npi", "NPI,…", "NPIs of its providers: a message that names one as primary care can be routed to it (agreement add --pcp-routing); replaces those known");
        var events = Many("--events", "TYPE,…", "Event types of the stream adt that it wants, such as adt.admit; cancels of what it was told always come; replaces those known");
        var classes = Many("--class", "CODE,…", "Classes of visits that it wants: IMP, EMER, OBSENC, AMB …; replaces those known");
        var facilities = Many("--facility", "MSH-4,…", "Sending facilities that it wants; replaces those known");
        var payers = Many("--payer", "ID,…", "Payers of which one must have attributed the patient to it; replaces those known");
        var minAge = new Option<int?>("--min-age") { Description = "Least age of the patient on the day of the event", HelpName = "YEARS" };
        var maxAge = new Option<int?>("--max-age") { Description = "Greatest age of the patient on the day of the event", HelpName = "YEARS" };
        var clear = Many("--clear", "NAME", "Forgets a setting, named as its option without dashes; again for more");
        command.Add(id);
        foreach (var option in new Option[] { npi, providers, events, classes, facilities, payers, minAge, maxAge, clear })
            command.Add(option);
        return command.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var known = gateway.Participant(parsed.GetRequiredValue(id));
            var cleared = parsed.GetValue(clear)!.Aggregate(known, Cleared);
            var filter = cleared.Filter;
            var changed = cleared with
            {
                Npi = parsed.GetValue(npi) ?? cleared.Npi,
                ProviderNpis = Split(parsed.GetValue(providers)!) ?? cleared.ProviderNpis,
                Filter = filter with
                {
                    Events = Split(parsed.GetValue(events)!) ?? filter.Events,
                    Classes = Split(parsed.GetValue(classes)!) ?? filter.Classes,
                    Facilities = Split(parsed.GetValue(facilities)!) ?? filter.Facilities,
                    Payers = Split(parsed.GetValue(payers)!) ?? filter.Payers,
                    MinAge = parsed.GetValue(minAge) ?? filter.MinAge,
                    MaxAge = parsed.GetValue(maxAge) ?? filter.MaxAge,
                },
            };
            Check(gateway, changed);
            if (await gateway.Engine.Registry.SaveAsync(changed, RunningGateway.Client, cancellationToken) is { } fault)
                throw new VerbFault(fault);
            await session.Error.WriteLineAsync($"Participant {changed.Id} is changed: {Summary(changed)}.");
            return ExitCodes.Fine;
        });
    }

    /// <summary>The filter in one line, for reports.</summary>
    public static string Summary(Participant participant)
    {
        var filter = participant.Filter;
        var parts = new List<string>();
        Add("events", filter.Events);
        Add("class", filter.Classes);
        Add("facility", filter.Facilities);
        Add("payer", filter.Payers);
        if (filter.MinAge is not null || filter.MaxAge is not null)
            parts.Add($"age {filter.MinAge}-{filter.MaxAge}");
        return parts.Count == 0 ? "all ADT events" : string.Join("; ", parts);

        void Add(string name, ImmutableArray<string> values)
        {
            if (!values.IsEmpty)
                parts.Add($"{name} {string.Join(',', values)}");
        }
    }

    private static Participant Cleared(Participant known, string name) => name switch
    {
        "npi" => known with { Npi = null },
        "provider-npi" => known with { ProviderNpis = [] },
        "events" => known with { Filter = known.Filter with { Events = [] } },
        "class" => known with { Filter = known.Filter with { Classes = [] } },
        "facility" => known with { Filter = known.Filter with { Facilities = [] } },
        "payer" => known with { Filter = known.Filter with { Payers = [] } },
        "min-age" => known with { Filter = known.Filter with { MinAge = null } },
        "max-age" => known with { Filter = known.Filter with { MaxAge = null } },
        _ => throw new VerbFault($"--clear {name}: no such setting"),
    };

    private static void Check(RunningGateway gateway, Participant participant)
    {
        foreach (var given in participant.ProviderNpis.Append(participant.Npi).OfType<string>())
            if (!Npi.IsValid(given))
                throw new VerbFault($"{given}: not an NPI: 10 digits that begin with 1 or 2, the last of them a check digit");
        var filter = participant.Filter;
        if (filter.Events.FirstOrDefault(e => !EventNames.Contains(e)) is { } unknown)
            throw new VerbFault($"--events {unknown}: no event of the stream adt; one of {string.Join(", ", EventNames)}");
        foreach (var payer in filter.Payers)
            if (gateway.Source(payer).Kind != SourceKind.Payer)
                throw new VerbFault($"--payer {payer}: no payer; only payers attribute patients");
        foreach (var age in new[] { filter.MinAge, filter.MaxAge })
            if (age is < 0 or > MostAge)
                throw new VerbFault($"{age}: an age from 0 to {MostAge}");
        if (filter.MinAge > filter.MaxAge)
            throw new VerbFault("--min-age is greater than --max-age: no event would ever come");
    }

    private static Option<string[]> Many(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => [] };

    private static ImmutableArray<string>? Split(string[] given) =>
        given.Length == 0 ? null : [.. given.SelectMany(g => g.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];
}

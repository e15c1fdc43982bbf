using System.CommandLine;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary><c>agreement add|list|end</c>: what may flow from a source to a participant.</summary>
internal static class AgreementCommand
{
    private static readonly string[] ClassNames = ["adt", "claims", "claim-amounts", "clinical"];

    public static Command Create(Session session)
    {
        var command = new Verb("agreement", "What may flow from a source to a participant. Loading a roster or panel makes the usual ones");
        command.Add(Add(session));
        command.Add(new Verb("list", "Lists the agreements", "agreement list").Runs(session, makes: false, _ => (gateway, _) => ListAsync(session, gateway)));
        command.Add(End(session));
        return command;
    }

    private static Command Add(Session session)
    {
        var command = new Verb("add", "Adds or changes an agreement; it takes the place of the default one between the two",
            "agreement add --source acme-health --participant bluebird-aco --class claims --class claim-amounts --look-back 365",
            "agreement add mary-bluebird --source st-mary --participant bluebird-aco --class adt --end 2027-12-31",
            "agreement add mary-bluebird --source st-mary --participant bluebird-aco --class adt --pcp-routing --recent-days 30");
        var id = new Argument<string?>("ID") { Description = "Its id [default: SOURCE-PARTICIPANT, with the contract if there is one]", Arity = ArgumentArity.ZeroOrOne };
        var source = new Option<string>("--source") { Description = "Who sends", HelpName = "ID", Required = true };
        var participant = new Option<string>("--participant") { Description = "Who receives", HelpName = "ID", Required = true };
        var contract = Text("--contract", "Only attributions under this contract count");
        var lob = Text("--lob", "Only attributions of this line of business count");
        var classes = new Option<string[]>("--class") { Description = "Data class that it covers; again for more [default: all]", DefaultValueFactory = _ => [] };
        classes.AcceptOnlyFromAmong(ClassNames);
        var basis = Text("--basis", "Legal basis, written into every disclosure");
        var purpose = Text("--purpose", "Purpose of use, written into every disclosure");
        var start = Text("--start", "First day (yyyy-MM-dd) [default: open]");
        var end = Text("--end", "Last day, inclusive (yyyy-MM-dd) [default: open]");
        var lookBack = Days("--look-back", "Days before an attribution's start from which services are included");
        var runOut = Days("--run-out", "Days after an attribution's end on which services of its period are still released");
        var notice = Days("--notice", "Days between learning of an attribution and the first release under it");
        var recent = Days("--recent-days", "Days before a patient joins from which ADT events are told, in place of the look-back [default: the look-back]");
        var pcp = new Option<bool>("--pcp-routing") { Description = "ADT events also go to the participant where the message names one of its NPIs as the patient's primary care" };
        command.Add(id);
        foreach (var option in new Option[] { source, participant, contract, lob, classes, basis, purpose, start, end, lookBack, runOut, notice, recent, pcp })
            command.Add(option);
        return command.Runs(session, makes: true, parsed => (gateway, cancellationToken) =>
        {
            var made = new Agreement
            {
                Id = "",
                Source = gateway.Source(parsed.GetRequiredValue(source)).Id,
                Participant = gateway.Participant(parsed.GetRequiredValue(participant)).Id,
                Contract = parsed.GetValue(contract),
                LineOfBusiness = parsed.GetValue(lob),
                Classes = ClassesOf(parsed.GetValue(classes)!),
                Start = Organizations.Date("--start", parsed.GetValue(start)),
                End = Organizations.Date("--end", parsed.GetValue(end)),
                LookBackDays = parsed.GetValue(lookBack),
                RunOutDays = parsed.GetValue(runOut),
                NoticeDays = parsed.GetValue(notice),
                RecentDays = parsed.GetResult(recent) is { Implicit: false } ? parsed.GetValue(recent) : null,
                RoutesToPcp = parsed.GetValue(pcp),
            };
            if (made is { RoutesToPcp: true } or { RecentDays: not null } && !made.Classes.HasFlag(DataClasses.Adt))
                throw new VerbFault("--pcp-routing and --recent-days are about ADT events: add --class adt");
            made = made with
            {
                Id = parsed.GetValue(id) ?? string.Join('-', new[] { made.Source, made.Participant, made.Contract }.Where(p => p is not null)),
                Basis = parsed.GetValue(basis) ?? made.Basis,
                Purpose = parsed.GetValue(purpose) ?? made.Purpose,
            };
            return SaveAsync(session, gateway, made, "in force", cancellationToken);
        });
    }

    private static Command End(Session session)
    {
        var command = new Verb("end", "Ends an agreement: nothing more goes under it. What was lawfully received is not recalled",
            "agreement end acme-health-bluebird-aco", "agreement end mary-bluebird --on 2026-12-31");
        var id = new Argument<string>("ID");
        var on = Text("--on", "Last day, inclusive (yyyy-MM-dd) [default: yesterday, so nothing more from now on]");
        command.Add(id);
        command.Add(on);
        return command.Runs(session, makes: false, parsed => (gateway, cancellationToken) =>
        {
            var wanted = parsed.GetRequiredValue(id);
            var known = gateway.Engine.Organizations.Value.Agreements.FirstOrDefault(a => a.Id == wanted)
                ?? throw new VerbFault($"There is no agreement '{wanted}': see ./gateway agreement list");
            var today = DateOnly.FromDateTime(gateway.Engine.Clock.GetUtcNow().UtcDateTime);
            var last = Organizations.Date("--on", parsed.GetValue(on)) ?? today.AddDays(-1);
            // One that ends before it began was never in force.
            var ended = known with { End = last, Start = known.Start > last ? last : known.Start, IsDefault = false };
            return SaveAsync(session, gateway, ended, $"ended on {Organizations.Text(last)}", cancellationToken);
        });
    }

    private static async Task<int> SaveAsync(Session session, RunningGateway gateway, Agreement agreement, string done, CancellationToken cancellationToken)
    {
        if (await gateway.Engine.Registry.SaveAsync(agreement, RunningGateway.Client, cancellationToken) is { } fault)
            throw new VerbFault(fault);
        await gateway.Engine.SettleAsync(cancellationToken);
        await session.Error.WriteLineAsync($"Agreement {agreement.Id} is {done}.");
        return ExitCodes.Fine;
    }

    private static async Task<int> ListAsync(Session session, RunningGateway gateway)
    {
        await TextTable.WriteAsync(session,
            ["id", "source", "participant", "classes", "contract", "lob", "start", "end", "look-back", "run-out", "notice", "recent", "pcp-routing", "default"],
            gateway.Engine.Organizations.Value.Agreements.Select(a => new[]
            {
                a.Id, a.Source, a.Participant, NamesOf(a.Classes), a.Contract ?? "", a.LineOfBusiness ?? "", Organizations.Text(a.Start), Organizations.Text(a.End),
                $"{a.LookBackDays}", $"{a.RunOutDays}", $"{a.NoticeDays}", $"{a.RecentDays}", a.RoutesToPcp ? "yes" : "no", a.IsDefault ? "yes" : "no",
            }));
        return ExitCodes.Fine;
    }

    private static DataClasses ClassesOf(string[] names)
    {
        var classes = names.Aggregate(DataClasses.None, (sum, name) => sum | (DataClasses)(1 << Array.IndexOf(ClassNames, name)));
        if (classes == DataClasses.None)
            return DataClasses.All;
        return classes.HasFlag(DataClasses.ClaimAmounts) && !classes.HasFlag(DataClasses.Claims)
            ? throw new VerbFault("--class claim-amounts covers nothing without --class claims")
            : classes;
    }

    private static string NamesOf(DataClasses classes) =>
        string.Join(' ', ClassNames.Where((_, i) => classes.HasFlag((DataClasses)(1 << i))));

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };

    private static Option<int> Days(string name, string description)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "DAYS" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var days) || days is < 0 or > 36500))
                result.AddError($"{name}: a number of days from 0 to 36500");
        });
        return option;
    }
}

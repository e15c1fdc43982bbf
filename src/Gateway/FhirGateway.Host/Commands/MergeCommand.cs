using System.CommandLine;
using System.Globalization;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;
using FhirGateway.People;
using FhirGateway.Processing;
using FhirGateway.Submissions;

namespace FhirGateway.Host.Commands;

/// <summary><c>merge …</c>: what sources said of their own identifiers, and the operator's word on it.</summary>
internal static class MergeCommand
{
    private const int MostListed = 200;

    public static Command Create(Session session)
    {
        var command = new Verb("merge", "Sees, takes back and releases merges, links and moves that sources sent");
        command.Add(List(session));
        command.Add(Steer(session, "undo", "Takes a merge back: links, visits and what was told are as if it had not been sent", static (c, s, id, t) => c.UndoAsync(s, id, RunningGateway.Client, t)));
        command.Add(Steer(session, "release", "Puts a held merge in force, whatever spoke against it", static (c, s, id, t) => c.ReleaseAsync(s, id, RunningGateway.Client, t)));
        return command;
    }

    private static Verb List(Session session)
    {
        var command = new Verb("list", "Lists the newest merges; it shows patients' identifiers, and the audit log has who looked", "merge list", "merge list --source st-mary --held");
        var source = new Option<string?>("--source") { Description = "Only those of one source", HelpName = "ID" };
        var held = new Option<bool>("--held") { Description = "Only those that are held" };
        command.Add(source);
        command.Add(held);
        command.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var of = parsed.GetValue(source) is { } id ? gateway.Source(id).Number : (int?)null;
            var notes = await gateway.Engine.Merges.ListAsync(of, parsed.GetValue(held), MostListed, RunningGateway.Client, cancellationToken);
            await TextTable.WriteAsync(session, ["id", "source", "event", "what", "retired", "survivor", "time", "standing"], notes.Select(n => new[]
            {
                MergeControl.IdOf(n), gateway.Engine.Organizations.Value.SourceOf(n.Source).Id, n.Trigger, What(n.Kind), n.Retired, n.Survivor,
                n.Order.Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), Standing(n),
            }));
            return notes.Any(n => n.IsHeld) ? ExitCodes.Findings : ExitCodes.Fine;
        });
        return command;
    }

    private static Verb Steer(
        Session session, string name, string description, Func<MergeControl, Source, string, CancellationToken, Task<Steered>> steer)
    {
        var command = new Verb(name, description, $"merge {name} --source st-mary \"STMARY|MR0099\"", $"merge {name} --source st-mary m-17");
        var source = new Option<string>("--source") { Description = "Who sent it", HelpName = "ID", Required = true };
        var retired = new Argument<string>("RETIRED") { Description = "The identifier that gave way, as merge list shows it, or the id of the line (m-17)" };
        command.Add(source);
        command.Add(retired);
        command.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var steered = await steer(gateway.Engine.Merges, gateway.Source(parsed.GetRequiredValue(source)), parsed.GetRequiredValue(retired), cancellationToken);
            if (!steered.IsDone)
                throw new VerbFault(steered.Text);
            await gateway.Engine.SettleAsync(cancellationToken);
            await session.Error.WriteLineAsync(steered.Text);
            return ExitCodes.Fine;
        });
        return command;
    }

    private static string What(AdtMergeKind kind) => kind switch
    {
        AdtMergeKind.MergePatients => "merge",
        AdtMergeKind.ChangePatientId => "change of number",
        AdtMergeKind.LinkPatients => "link",
        AdtMergeKind.UnlinkPatients => "unlink",
        AdtMergeKind.MergeAccounts => "merge of accounts",
        AdtMergeKind.MoveAccount => "move of an account",
        AdtMergeKind.MergeVisits => "merge of visits",
        AdtMergeKind.MoveVisit => "move of a visit",
        _ => "move of a patient's visits",
    };

    private static string Standing(MergeNote note) => note.Verdict switch
    {
        MergeVerdict.InForce => "in force",
        MergeVerdict.Ended => "ended by a later one",
        MergeVerdict.Idle => "without effect",
        MergeVerdict.Undone => "undone",
        _ => "held: " + note.Reason,
    };
}

using FhirGateway.Audit;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>What follows from a match: an audit record, merged keys, and persons to judge anew.</summary>
internal static class LinkOutcome
{
    public static void Apply(IStateTransaction state, Publisher publisher, Match match)
    {
        if (match.Outcome == MatchOutcome.Unchanged && match.SplitFrom is null)
            return;
        if (match.Outcome != MatchOutcome.None || match.SplitFrom is not null)
        {
            state.Audit.Append(
                new AuditRecord(AuditKinds.Link, LinkJson.Of(match)), match.Record.Person.Value);
        }

        foreach (var retired in match.Retired)
            publisher.PublishMerge(retired, match.Record.Person);
        if (match.Moved is { } moved)
            publisher.PublishMerge(moved, match.Record.Person);
        if (match.Moved is null && match.Retired.IsEmpty && match.SplitFrom is null)
            return;
        publisher.ForgetStandings();
        state.Reevaluations.Enqueue(match.Record.Person);
        if (match.SplitFrom is { } old)
            state.Reevaluations.Enqueue(old);
        // Whoever turns out to be someone who opted out is opted out, also of what waits to be read.
        foreach (var source in publisher.StandingOf(match.Record.Person).OptOuts.Select(o => o.Source).Distinct())
            publisher.WithdrawUndelivered(match.Record.Person, source);
    }
}

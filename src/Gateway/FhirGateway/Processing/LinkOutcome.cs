using FhirGateway.Audit;
using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>What follows from a match: an audit record, merged keys, and persons to judge anew.</summary>
internal static class LinkOutcome
{
    public static void Apply(IStateTransaction state, Publisher publisher, Match match)
    {
        if (match.Outcome == MatchOutcome.Unchanged)
            return;
        if (match.Outcome != MatchOutcome.None)
        {
            state.Audit.Append(
                new AuditRecord(AuditKinds.Link, LinkJson.Of(match)), match.Record.Person.Value);
        }

        foreach (var retired in match.Retired)
            publisher.PublishMerge(retired, match.Record.Person);
        if (match.Moved is { } moved)
            publisher.PublishMerge(moved, match.Record.Person);
        if (match.Moved is null && match.Retired.IsEmpty)
            return;
        publisher.ForgetStandings();
        state.Reevaluations.Enqueue(match.Record.Person);
    }
}

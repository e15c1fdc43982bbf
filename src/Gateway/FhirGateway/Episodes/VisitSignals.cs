using System.Collections.Immutable;

namespace FhirGateway.Episodes;

/// <summary>Finds returns and revisits among the visits of one person. Tables/return-rules.tsv sets apart what does not count.</summary>
public static class VisitSignals
{
    /// <summary>All signals among the episodes; does not depend on their order. Transfers between facilities are chained into one stay first.</summary>
    public static ImmutableArray<VisitSignal> Find(IReadOnlyCollection<EpisodeSummary> episodes) => throw new NotImplementedException();
}

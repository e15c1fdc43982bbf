using System.Collections.Immutable;

namespace FhirGateway.Processing;

/// <summary>Adds up a replay.</summary>
internal sealed class ReplayTally
{
    private readonly SortedDictionary<string, int> held = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> outcomes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> paths = new(StringComparer.Ordinal);
    private readonly ImmutableArray<ReplayChange>.Builder changes = ImmutableArray.CreateBuilder<ReplayChange>();
    private int published;

    public int Messages { get; set; }
    public int Released { get; set; }

    public void Hold(string reason) => held[reason] = held.GetValueOrDefault(reason) + 1;

    public void Publish(int events) => published += events;

    public void Add(ReplayChange? change)
    {
        var kind = change?.Kind ?? "unchanged";
        outcomes[kind] = outcomes.GetValueOrDefault(kind) + 1;
        if (change is null)
            return;
        published += change.Events;
        foreach (var path in change.Paths)
            paths[path] = paths.GetValueOrDefault(path) + 1;
        if (changes.Count < ReplayReport.MostNamed)
            changes.Add(change);
    }

    public ReplayReport Report(ReplayRequest request, int visits, int patients) => new()
    {
        Source = request.Source.Id,
        IsDry = request.IsDry,
        Messages = Messages,
        Released = Released,
        Held = held,
        Visits = visits,
        Patients = patients,
        Outcomes = outcomes,
        Published = published,
        Paths = paths,
        Changes = changes.ToImmutable(),
    };
}

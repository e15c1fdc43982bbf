using System.Collections.Immutable;

namespace FhirGateway.Simulation.Http;

/// <summary>Every request that a simulated server received, in the order of arrival.</summary>
public sealed class RequestRecord
{
    private readonly Lock gate = new();
    private readonly List<RecordedRequest> requests = [];
    private readonly List<string> failures = [];

    public ImmutableArray<RecordedRequest> All
    {
        get
        {
            lock (gate)
                return [.. requests];
        }
    }

    /// <summary>What went wrong in the simulation itself; a test that sees one must fail.</summary>
    public ImmutableArray<string> Failures
    {
        get
        {
            lock (gate)
                return [.. failures];
        }
    }

    /// <summary>Those of a method whose path contains a text.</summary>
    public ImmutableArray<RecordedRequest> Of(string method, string pathPart) =>
        [.. All.Where(r => r.Method == method && r.Path.Contains(pathPart, StringComparison.Ordinal))];

    public void Clear()
    {
        lock (gate)
            requests.Clear();
    }

    internal void Add(RecordedRequest request)
    {
        lock (gate)
            requests.Add(request);
    }

    internal void AddFailure(string failure)
    {
        lock (gate)
            failures.Add(failure);
    }
}

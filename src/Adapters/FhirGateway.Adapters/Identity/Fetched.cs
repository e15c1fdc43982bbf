namespace FhirGateway.Adapters.Identity;

/// <summary>A value that was fetched, and for how long its publisher lets it be used without asking again.</summary>
internal sealed record Fetched<T>(T Value, TimeSpan FreshFor)
    where T : class;

namespace FhirGateway.Episodes;

/// <summary>When a visit that nobody ended is taken for ended: so long after its last event, by class.</summary>
public static class HangingRules
{
    /// <summary>When it is to be closed, if no further event comes; null if it is not open.</summary>
    public static DateTimeOffset? ClosesAt(Episode episode) => throw new NotImplementedException();

    /// <summary>The episode as closed by rule: status unknown, no end, marked.</summary>
    public static Episode Close(Episode episode) => throw new NotImplementedException();
}

namespace FhirGateway.Processing;

/// <summary>Notes service figures that other parts know, inside their state transaction.</summary>
public static class ServiceFigures
{
    /// <summary>An export got its manifest.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="source">Number of the source.</param>
    /// <param name="after">Since the request; null where nobody waited, as for a submit.</param>
    /// <param name="transactionTime">Of the manifest; null where it has none.</param>
    public static void ManifestReceived(IStateTransaction tx, int source, TimeSpan? after, DateTimeOffset? transactionTime)
    {
        var figures = tx.Figures.Of(source);
        if (after is { } time)
            GatewayTelemetry.TimeToManifest.Record(time.TotalSeconds);
        tx.Figures.Save(source, figures with
        {
            TimeToManifestSeconds = after is { } waited ? Math.Round(waited.TotalSeconds, 3) : figures.TimeToManifestSeconds,
            TransactionTime = transactionTime > figures.TransactionTime || figures.TransactionTime is null ? transactionTime ?? figures.TransactionTime : figures.TransactionTime,
        });
    }

    /// <summary>The day up to which a source's claims seem paid.</summary>
    public static void PaidThrough(IStateTransaction tx, int source, DateOnly day) =>
        tx.Figures.Save(source, tx.Figures.Of(source) with { PaidThrough = day });
}

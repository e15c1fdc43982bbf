using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using FhirGateway.FeedHealth;

namespace FhirGateway.Processing;

/// <summary>The one activity source and the one meter. Tags come from fixed lists: ids of organisations, kinds, reason codes.</summary>
public static class GatewayTelemetry
{
    public const string Name = "FhirGateway";
    public static readonly ActivitySource Activities = new(Name);
    public static readonly Meter Meter = new(Name);
    public static readonly Counter<long> Accepted = Meter.CreateCounter<long>("fhirgateway.accepted", "{item}", "Items accepted: durable and answered.");
    public static readonly Counter<long> Refused = Meter.CreateCounter<long>("fhirgateway.refused", "{item}", "Items refused, by reason.");
    public static readonly Counter<long> Held = Meter.CreateCounter<long>("fhirgateway.held", "{item}", "Items held, by reason.");
    public static readonly Counter<long> Published = Meter.CreateCounter<long>("fhirgateway.published", "{event}", "Events written to streams.");
    public static readonly Counter<long> Findings = Meter.CreateCounter<long>("fhirgateway.findings", "{finding}", "Findings of validation, by severity and key.");
    public static readonly Counter<long> NotValidated =
        Meter.CreateCounter<long>("fhirgateway.messages.not_validated", "{message}", "Messages that were not checked against profiles because messages piled up.");
    public static readonly Counter<long> BulkLines = Meter.CreateCounter<long>("fhirgateway.bulk.lines", "{line}", "Lines of bulk files worked through, by source and outcome: taken or held.");
    public static readonly Histogram<double> TimeToManifest =
        Meter.CreateHistogram<double>("fhirgateway.bulk.time_to_manifest", "s", "From the request of an export to its manifest.");
    public static readonly Histogram<double> SubmissionDuration =
        Meter.CreateHistogram<double>("fhirgateway.bulk.submission_duration", "s", "From the first batch of a submission to its last, by source.");
    public static readonly Histogram<double> AcceptanceToPublication =
        Meter.CreateHistogram<double>("fhirgateway.acceptance_to_publication", "s", "From the last byte of a message to its commit on a stream.");

    public static readonly Counter<long> FeedMessages =
        Meter.CreateCounter<long>("fhirgateway.feed.messages", "{message}", "Messages of feeds, by source and outcome: taken, repeated, held or refused.");
    public static readonly Counter<long> FeedReused =
        Meter.CreateCounter<long>("fhirgateway.feed.reused_control_ids", "{message}", "Messages under an MSH-10 that other bytes had within the replay window, by source.");
    public static readonly Counter<long> FeedUnmatched =
        Meter.CreateCounter<long>("fhirgateway.feed.unmatched", "{message}", "Messages about persons on no roster and no panel, by source.");
    public static readonly Counter<long> FeedUnmapped =
        Meter.CreateCounter<long>("fhirgateway.feed.unmapped_codes", "{code}", "Codes that are in no table, by source.");
    public static readonly Counter<long> FeedAlerts =
        Meter.CreateCounter<long>("fhirgateway.feed.alerts", "{alert}", "Alerts about feeds, by source, type and state: raised or cleared.");
    public static readonly Gauge<double> FeedSilence =
        Meter.CreateGauge<double>("fhirgateway.feed.silence", "1", "Silence of a source against what was learned of it: from 1 on it is told.");
    public static readonly Gauge<long> FeedLastMessage =
        Meter.CreateGauge<long>("fhirgateway.feed.last_message", "s", "When a source last sent, seconds since 1970.");

    /// <summary>Sources and outcomes are fixed lists.</summary>
    internal static void CountFeed(string source, FeedFact fact)
    {
        FeedMessages.Add(1, new("source", source), new("outcome", fact.Outcome switch
        {
            FeedOutcome.Taken => "taken",
            FeedOutcome.Repeated => "repeated",
            FeedOutcome.Held => "held",
            _ => "refused",
        }));
        var of = new KeyValuePair<string, object?>("source", source);
        if (fact.ReusesControlId)
            FeedReused.Add(1, of);
        if (fact.IsMatched == false)
            FeedUnmatched.Add(1, of);
        if (fact.Unmapped.Length > 0)
            FeedUnmapped.Add(fact.Unmapped.Length, of);
    }

    /// <summary>Sources and reasons are fixed lists.</summary>
    internal static void CountBulk(string source, BulkItem[] items, int published)
    {
        Published.Add(published);
        if (!BulkLines.Enabled && !Held.Enabled)
            return;
        var held = 0;
        foreach (var item in items)
        {
            if (item.Reason is not { } reason)
                continue;
            held++;
            Held.Add(1, new KeyValuePair<string, object?>("reason", reason));
        }

        BulkLines.Add(items.Length - held, new("source", source), new("outcome", "taken"));
        BulkLines.Add(held, new("source", source), new("outcome", "held"));
    }

    /// <summary>Keys of findings are a fixed list: kinds of the validator and invariants of the profiles.</summary>
    internal static void CountFindings(ImmutableArray<KeyValuePair<string, int>> findings)
    {
        if (!Findings.Enabled)
            return;
        foreach (var (finding, number) in findings)
            Findings.Add(number, new KeyValuePair<string, object?>("finding", finding));
    }
}

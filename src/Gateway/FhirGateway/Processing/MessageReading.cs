using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Episodes;
using FhirGateway.FeedHealth;
using FhirGateway.Hl7v2;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Processing;

/// <summary>One message of which is read whom and which visits it is about; written once, as those visits stand.</summary>
public sealed class MessageReading
{
    private readonly MessageItem item;
    private readonly Hl7Message? message;
    private readonly AdtReading? reading;
    private readonly ImmutableArray<EpisodeEvent?> visits = [];

    /// <summary>Nothing is left to be written.</summary>
    internal MessageReading(MessageItem item) => this.item = item;

    internal MessageReading(MessageItem item, Hl7Message message, AdtReading reading)
    {
        this.item = item;
        this.message = message;
        this.reading = reading;
        visits = [.. Enumerable.Range(0, reading.Count).Select(part => HappenedOf(item, reading.VisitOf(part), reading.CareNpisOf(part)))];
    }

    /// <summary>Number of its source.</summary>
    public int Source => item.Entry.Entry.Source;

    /// <summary>What it says of the one visit that it is about; null if it is about none or several, or was written already.</summary>
    public EpisodeEvent? Visit => visits is [{ } visit] ? visit : null;

    /// <summary>Writes it.</summary>
    /// <param name="expected">How <see cref="Visit"/> is going to stand, with it; null to go by the message alone.</param>
    public MessageItem Write(ExpectedVisit? expected)
    {
        if (reading is null || message is not { } parsed)
            return item;
        try
        {
            var conversion = reading.Write(part => visits[part], _ => expected?.Now?.Value);
            ImmutableArray<AdtIssue> issues = [.. conversion.Events.SelectMany(e => e.Issues).Distinct()];
            return item with
            {
                Reason = item.Reason ?? conversion.Reason,
                Detail = item.Reason is null ? conversion.Path ?? "" : item.Detail,
                Events = conversion.Events,
                Expected = expected,
                Unmapped = UnmappedCodes.Of(parsed, issues),
                Faults = UnmappedCodes.FaultsOf(issues),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return Failed(item, e).item;
        }
    }

    /// <summary>With what decides who may be told of the visit: it belongs to the event, so that it is known whenever the visit is folded again.</summary>
    internal static EpisodeEvent? HappenedOf(MessageItem item, EpisodeEvent? visit, ImmutableArray<string> careNpis) => visit is null ? null : visit with
    {
        Entry = item.Entry.Id.Value,
        Labels = item.Labels.Length > 0 ? item.Labels : null,
        CareNpis = careNpis.IsDefaultOrEmpty ? null : string.Join(' ', careNpis),
    };

    /// <summary>A fault of ours, by its type alone: its text may quote what was being read.</summary>
    internal static MessageReading Failed(MessageItem item, Exception fault) =>
        new(item with { Reason = ReasonCodes.InternalError, Detail = fault.GetType().Name });

    public override string ToString() => $"MessageReading({item})";
}

using System.Collections.Immutable;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;

namespace FhirGateway.Normalization.Adt;

/// <summary>A message about several patients or visits as one message for each: what stands before the first is common to all.</summary>
internal static class MessageGroups
{
    /// <summary>No message may make more work than this; more groups than a sender merges at once are a fault of its own.</summary>
    private const int Most = 1000;

    /// <summary>Empty if there is no PID.</summary>
    public static ImmutableArray<Hl7Message> Of(Hl7Message message, AdtTrigger trigger)
    {
        var first = message.First("PID");
        if (!first.Exists)
            return [];
        return trigger.Grouping switch
        {
            AdtGrouping.Patients => Split(message, first.Index, "PID"),
            AdtGrouping.Visits when message.First("MRG") is { Exists: true } merge => Split(message, merge.Index, "MRG"),
            _ => [message],
        };
    }

    private static ImmutableArray<Hl7Message> Split(Hl7Message message, int first, string name)
    {
        var second = message.Next(name, first);
        if (!second.Exists)
            return [message];
        var groups = ImmutableArray.CreateBuilder<Hl7Message>();
        var start = first;
        for (var next = second; next.Exists && groups.Count < Most; next = message.Next(name, start))
        {
            groups.Add(message.Excerpt(1..first, start..next.Index));
            start = next.Index;
        }

        groups.Add(message.Excerpt(1..first, start..message.SegmentCount));
        return groups.ToImmutable();
    }
}

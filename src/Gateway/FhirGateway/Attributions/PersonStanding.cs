using System.Collections.Immutable;

namespace FhirGateway.Attributions;

/// <summary>Everything on file that opens or closes a person's data: attributions, panel rows and opt-outs.</summary>
public sealed record PersonStanding(ImmutableArray<Attribution> Attributions, ImmutableArray<OptOut> OptOuts)
{
    public static readonly PersonStanding Nothing = new([], []);

    /// <summary>Whether the latest choice about this source and participant is an opt-out. A choice for the one participant and
    /// one for all weigh alike: the latest day wins, on one day the opt-out.</summary>
    public bool IsOptedOut(int source, int participant)
    {
        OptOut? latest = null;
        foreach (var choice in OptOuts)
        {
            if (choice.Source != source || (choice.Participant is { } p && p != participant))
                continue;
            if (latest is null || choice.RecordedOn > latest.RecordedOn
                || (choice.RecordedOn == latest.RecordedOn && choice.OptedOut))
                latest = choice;
        }

        return latest is { OptedOut: true };
    }
}

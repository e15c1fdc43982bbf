using System.Collections.Frozen;
using System.Collections.Immutable;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>
/// PID with MRG, a second PID or PV1 to what is merged, moved, linked or renamed. PID and PV1 name what carries on, MRG what is retired.
/// An authority that is not sent is the sending facility, as everywhere (<see cref="PatientIdentity"/>).
/// </summary>
internal static class MergeReader
{
    /// <summary>Chapter 3 of the standard: what each event does.</summary>
    private static readonly FrozenDictionary<string, AdtMergeKind> Kinds = new Dictionary<string, AdtMergeKind>
    {
        ["A18"] = AdtMergeKind.MergePatients,
        ["A30"] = AdtMergeKind.MergePatients,
        ["A34"] = AdtMergeKind.MergePatients,
        ["A36"] = AdtMergeKind.MergePatients,
        ["A39"] = AdtMergeKind.MergePatients,
        ["A40"] = AdtMergeKind.MergePatients,
        ["A46"] = AdtMergeKind.ChangePatientId,
        ["A47"] = AdtMergeKind.ChangePatientId,
        ["A48"] = AdtMergeKind.ChangePatientId,
        ["A24"] = AdtMergeKind.LinkPatients,
        ["A37"] = AdtMergeKind.UnlinkPatients,
        ["A35"] = AdtMergeKind.MergeAccounts,
        ["A41"] = AdtMergeKind.MergeAccounts,
        ["A49"] = AdtMergeKind.MergeAccounts,
        ["A44"] = AdtMergeKind.MoveAccount,
        ["A42"] = AdtMergeKind.MergeVisits,
        ["A50"] = AdtMergeKind.MergeVisits,
        ["A51"] = AdtMergeKind.MergeVisits,
        ["A45"] = AdtMergeKind.MoveVisit,
        ["A43"] = AdtMergeKind.MovePatient,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What an event does; null if it is about one patient.</summary>
    public static AdtMergeKind? KindOf(string trigger) => Kinds.TryGetValue(trigger, out var kind) ? kind : null;

    /// <summary>What the group that begins at <paramref name="pid"/> says; null if its event is about no merge, or the other side is not there.</summary>
    public static AdtMerge? Read(AdtScope scope, string trigger, Hl7Segment pid)
    {
        if (KindOf(trigger) is not { } kind || PatientIdentity.Key(scope, pid) is not { } survivor)
            return null;
        var next = pid.NextSame();
        if (kind is AdtMergeKind.LinkPatients or AdtMergeKind.UnlinkPatients)
        {
            return next.Exists && PatientIdentity.Key(scope, next) is { } second
                ? Pair(kind, survivor, second, PatientIdentity.Identifiers(scope, next))
                : null;
        }

        var mrg = InGroup(scope, "MRG", pid.Index, next);
        if (!mrg.Exists)
            return null;
        var pv1 = InGroup(scope, "PV1", pid.Index, next);
        return kind switch
        {
            AdtMergeKind.MergePatients or AdtMergeKind.ChangePatientId => OfPatients(scope, trigger, kind, survivor, pid, mrg),
            AdtMergeKind.MergeAccounts or AdtMergeKind.MoveAccount => new AdtMerge
            {
                Kind = kind,
                SurvivorKey = survivor,
                RetiredKey = kind == AdtMergeKind.MoveAccount ? Other(PatientIdentity.KeyIn(scope, mrg.Field(1)), survivor) : null,
                SurvivorAccount = AccountKey(scope, pid.Field(18)),
                RetiredAccount = AccountKey(scope, mrg.Field(3)),
            },
            AdtMergeKind.MovePatient => new AdtMerge
            {
                Kind = kind,
                SurvivorKey = survivor,
                RetiredKey = Other(PatientIdentity.KeyIn(scope, mrg.Field(1)), survivor),
            },
            _ => OfVisits(scope, kind, survivor, mrg, pv1),
        };
    }

    /// <summary>Two patients of one message (A24, A37).</summary>
    public static AdtMerge Pair(AdtMergeKind kind, string first, string second, ImmutableArray<PatientIdentifier> identifiers) => new()
    {
        Kind = kind,
        SurvivorKey = first,
        RetiredKey = Other(second, first),
        RetiredIdentifiers = identifiers,
    };

    /// <summary>
    /// MRG-1; where it names the survivor itself or nobody, the external id of MRG-4 if that is what the event is about. A48 changes an
    /// alternate id, by which no patient goes here.
    /// </summary>
    private static AdtMerge OfPatients(AdtScope scope, string trigger, AdtMergeKind kind, string survivor, Hl7Segment pid, Hl7Segment mrg)
    {
        var prior = mrg.Field(1);
        var retired = Other(PatientIdentity.KeyIn(scope, prior), survivor);
        if (retired is null && trigger is not "A48")
        {
            prior = mrg.Field(4);
            retired = Other(PatientIdentity.KeyIn(scope, prior), survivor);
        }

        var withAccounts = trigger is "A36";
        return new AdtMerge
        {
            Kind = kind,
            SurvivorKey = survivor,
            RetiredKey = retired,
            AlsoRetired = retired is null ? [] : FurtherKeys(scope, prior, retired, survivor),
            RetiredIdentifiers = retired is null ? [] : PatientIdentity.IdentifiersIn(scope, prior, "MRG-1"),
            SurvivorAccount = withAccounts ? AccountKey(scope, pid.Field(18)) : null,
            RetiredAccount = withAccounts ? AccountKey(scope, mrg.Field(3)) : null,
        };
    }

    /// <summary>
    /// A51 changes an alternate number (MRG-6), which may be another visit's number: only one in MRG-5 is taken for the visit's own.
    /// </summary>
    private static AdtMerge OfVisits(AdtScope scope, AdtMergeKind kind, string survivor, Hl7Segment mrg, Hl7Segment pv1)
    {
        var visit = VisitKey(scope, pv1.Field(19));
        var prior = VisitKey(scope, mrg.Field(5));
        var moves = kind == AdtMergeKind.MoveVisit;
        return new AdtMerge
        {
            Kind = kind,
            SurvivorKey = survivor,
            RetiredKey = moves ? Other(PatientIdentity.KeyIn(scope, mrg.Field(1)), survivor) : null,
            SurvivorVisit = visit ?? (moves ? prior : null),
            RetiredVisit = moves ? prior ?? visit : Other(prior, visit),
        };
    }

    /// <summary>A sender that merges several record numbers at once repeats MRG-1 under the same authority.</summary>
    private static ImmutableArray<string> FurtherKeys(AdtScope scope, Hl7Value field, string first, string survivor)
    {
        var authority = first.AsSpan(0, first.IndexOf('|', StringComparison.Ordinal) + 1);
        var further = ImmutableArray.CreateBuilder<string>();
        foreach (var repetition in field.Repetitions)
        {
            var id = new ExtendedId(repetition);
            if (further.Count >= 32 || FhirElements.Clean(id.Id) is not { } value || id.TypeCode is not (null or "MR"))
                continue;
            var key = $"{IdentifierSystems.KeyOf(id.Authority, scope.Facility)}|{value}";
            if (key.AsSpan().StartsWith(authority) && key != first && key != survivor && !further.Contains(key))
                further.Add(key);
        }

        return further.ToImmutable();
    }

    private static Hl7Segment InGroup(AdtScope scope, string name, int after, Hl7Segment next)
    {
        var found = scope.Message.Next(name, after);
        return found.Exists && next.Exists && found.Index > next.Index ? default : found;
    }

    private static string? VisitKey(AdtScope scope, Hl7Value value)
    {
        var number = new ExtendedId(value);
        return FhirElements.Clean(number.Id) is { } id ? $"{IdentifierSystems.KeyOf(number.Authority, scope.Facility)}|{id}" : null;
    }

    /// <summary>In the form in which an account stands for a visit that has no number.</summary>
    private static string? AccountKey(AdtScope scope, Hl7Value value)
    {
        var number = new ExtendedId(value);
        return FhirElements.Clean(number.Id) is { } id ? $"{IdentifierSystems.KeyOf(number.Authority, scope.Facility)}|account|{id}" : null;
    }

    private static string? Other(string? key, string? than) => key == than ? null : key;
}

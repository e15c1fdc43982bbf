using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>What a message says of a visit: its key, status and period.</summary>
/// <param name="Key">authority|PV1-19, or a weaker key.</param>
/// <param name="Status">Encounter.status.</param>
/// <param name="Start">Encounter.period.start.</param>
/// <param name="End">Encounter.period.end.</param>
internal sealed record Visit(string Key, string Status, string? Start, string? End)
{
    /// <summary>Reads PV1; null if there is none or PV1-2 is N (no visit).</summary>
    public static Visit? Read(AdtScope scope, string trigger, Hl7DateTime eventTime, EpisodeState? known)
    {
        var pv1 = scope.Message.First("PV1");
        if (!pv1.Exists || pv1.Field(2).Code is "N")
            return null;
        var status = StatusOf(trigger, pv1);
        var starts = scope.Time(pv1.Field(44), "PV1-44");
        var ends = scope.Time(pv1.Field(45), "PV1-45");
        if (starts is { } s && ends is { } e && scope.Instant(e) < scope.Instant(s) && e.HasTime && s.HasTime)
            scope.Report(AdtIssueCodes.InvalidDate, "PV1-45");
        var start = starts ?? (trigger is "A01" or "A04" ? eventTime : null);
        var end = status == EncounterTimeline.Finished ? ends ?? eventTime : (Hl7DateTime?)null;
        var (mergedStatus, mergedStart, mergedEnd) = EncounterTimeline.Merge(
            status,
            start is { } from ? scope.DateTime(from) : null,
            end is { } to ? scope.DateTime(to) : null,
            scope.Instant(eventTime),
            known);
        return new Visit(KeyOf(scope, pv1, start), mergedStatus, mergedStart, mergedEnd);
    }

    /// <summary>A discharge with disposition 30 is a bill in the middle of a stay. An A08 finishes a visit only by PV1-45.</summary>
    private static string StatusOf(string trigger, Hl7Segment pv1)
    {
        var stays = pv1.Field(36).Code is "30";
        var patientClass = pv1.Field(2).Code;
        return trigger switch
        {
            "A03" => stays ? EncounterTimeline.InProgress : EncounterTimeline.Finished,
            "A04" when patientClass is "R" or "P" => EncounterTimeline.Planned,
            "A08" when pv1.Field(45).HasValue && !stays && Hl7DateTime.TryParse(pv1.Field(45).Code, out _) => EncounterTimeline.Finished,
            "A08" when patientClass is "P" => EncounterTimeline.Planned,
            _ => EncounterTimeline.InProgress,
        };
    }

    /// <summary>PV1-19; else the account PID-18; else patient, start, class and facility.</summary>
    private static string KeyOf(AdtScope scope, Hl7Segment pv1, Hl7DateTime? start)
    {
        var number = new ExtendedId(pv1.Field(19));
        if (FhirElements.Clean(number.Id) is { } value)
            return $"{IdentifierSystems.KeyOf(number.Authority, scope.Facility)}|{value}";
        scope.Report(AdtIssueCodes.WeakVisitKey, "PV1-19");
        var account = new ExtendedId(scope.Message.First("PID").Field(18));
        if (FhirElements.Clean(account.Id) is { } billed)
            return $"{IdentifierSystems.KeyOf(account.Authority, scope.Facility)}|account|{billed}";
        return $"{scope.PatientKey}|{(start is { } s ? scope.DateTime(s) : "")}|{pv1.Field(2).Text}|{scope.Facility}";
    }
}

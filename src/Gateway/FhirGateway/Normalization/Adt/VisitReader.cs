using FhirGateway.Episodes;
using FhirGateway.Hl7v2;
using FhirGateway.Messages;

namespace FhirGateway.Normalization.Adt;

/// <summary>What a message says of a visit, for the episode.</summary>
internal static class VisitReader
{
    /// <summary>Reads PV1 and what belongs to it; null if the event is about no visit: by its kind, for want of PV1, or because PV1-2 is N.</summary>
    public static EpisodeEvent? Read(AdtScope scope, AdtTrigger trigger, Hl7DateTime time, Guid key)
    {
        var pv1 = scope.Message.First("PV1");
        if (trigger.Subject != AdtSubject.Visit || !pv1.Exists || pv1.Field(2).Code is "N")
            return null;
        var admitted = scope.Time(pv1.Field(44), "PV1-44");
        var (died, isDeceased) = DeathOf(scope);
        return new EpisodeEvent
        {
            Order = OrderOf(scope, time, key),
            Trigger = trigger.Event,
            At = scope.MomentOf(time),
            VisitKey = KeyOf(scope, pv1, admitted ?? (trigger.Event is "A01" or "A04" ? time : null)),
            PatientKey = scope.PatientKey,
            Facility = scope.Facility,
            Class = VisitClasses.Of(scope, pv1),
            PatientClass = pv1.Field(2).Text,
            Location = LocationWriter.PathOf(scope, pv1.Field(3)),
            PriorLocation = LocationWriter.PathOf(scope, pv1.Field(6)),
            TemporaryLocation = LocationWriter.PathOf(scope, pv1.Field(11)),
            PendingLocation = LocationWriter.PathOf(scope, pv1.Field(42)),
            Admitted = MomentOf(scope, admitted),
            Discharged = MomentOf(scope, DischargeOf(scope, pv1, admitted)),
            ExpectedAdmit = Expected(scope, 8),
            ExpectedDischarge = Expected(scope, 9),
            AdmitSource = scope.Table(AdmitSources.TableOf(pv1)).MeaningOf(pv1.Field(14)),
            Disposition = scope.Table(CodeTables.Disposition).MeaningOf(pv1.Field(36)),
            StaysOn = pv1.Field(36).Code is "30",
            AdmissionType = pv1.Field(4).Text,
            IsDeceased = isDeceased,
            Death = MomentOf(scope, died),
            AttendingNpi = PractitionerWriter.FirstNpi(scope, pv1.Field(7)),
            AttendingName = AttendingName(pv1.Field(7)),
            FacilityNpi = FacilityNumbers.NpiOf(scope),
        };
    }

    private static EventOrder OrderOf(AdtScope scope, Hl7DateTime time, Guid key)
    {
        var happened = scope.Instant(time);
        var sent = EventTimes.Sent(scope) is { } s ? scope.Instant(s) : (DateTimeOffset?)null;
        var recorded = EventTimes.Recorded(scope) is { } r ? scope.Instant(r) : sent ?? happened;
        return new EventOrder(happened, recorded, sent ?? recorded, AdtConverter.ControlIdOf(scope.Message), key);
    }

    private static Moment? MomentOf(AdtScope scope, Hl7DateTime? time) => time is { } t ? scope.MomentOf(t) : null;

    private static Moment? Expected(AdtScope scope, int field) =>
        MomentOf(scope, scope.Time(scope.Message.First("PV2").Field(field), field == 8 ? "PV2-8" : "PV2-9"));

    /// <summary>PV1-45. An end before the beginning is none.</summary>
    private static Hl7DateTime? DischargeOf(AdtScope scope, Hl7Segment pv1, Hl7DateTime? admitted)
    {
        if (scope.Time(pv1.Field(45), "PV1-45") is not { } ended)
            return null;
        var isBefore = admitted is { } began && (ended.HasTime && began.HasTime ? scope.Instant(ended) < scope.Instant(began) : ended.Date < began.Date && ended.Precision >= Hl7Precision.Day);
        if (!isBefore)
            return ended;
        scope.Report(AdtIssueCodes.InvalidDate, "PV1-45");
        return null;
    }

    private static (Hl7DateTime? At, bool IsDeceased) DeathOf(AdtScope scope)
    {
        var pid = scope.Message.First("PID");
        if (pid.Field(30).Code is "N")
            return (null, false);
        var at = scope.Time(pid.Field(29), "PID-29");
        return (at, at is not null || pid.Field(30).Code is "Y");
    }

    private static string? AttendingName(Hl7Value field)
    {
        var staff = new StaffName(field);
        return FhirElements.Clean(staff.Given is null || staff.Family is null ? staff.Family ?? staff.Given : $"{staff.Given} {staff.Family}");
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

using System.Collections.Immutable;
using FhirGateway.Episodes;
using FhirGateway.Fhir.Json;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>What the Encounter of a message says, in the terms of the episode.</summary>
internal sealed class BundleVisit(MessageBundle bundle, BundleIdentity identity, FhirMessageSettings settings, BundleEntry encounter)
{
    private const string ParticipationType = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
    private readonly JsonTape tape = bundle.Tape;

    /// <summary>Encounter.status; planned, arrived, triaged, in-progress, onleave, finished, cancelled, entered-in-error or unknown.</summary>
    public string Status { get; } = bundle.Tape.FindText(encounter.Node, "status"u8) ?? "unknown";

    public static bool IsStatus(string code) => code is "planned" or "arrived" or "triaged" or "in-progress" or "onleave" or "finished" or "cancelled" or "entered-in-error" or "unknown";

    public VisitClass Class => ClassAt(tape.Find(encounter.Node, "class"u8)) ?? new VisitClass(CodeTables.NullFlavor, "UNK", "unknown");

    public Moment? Start => Time(tape.Find(encounter.Node, "period"u8), "start"u8);

    public Moment? End => Time(tape.Find(encounter.Node, "period"u8), "end"u8);

    public Moment? LastUpdated => Time(tape.Find(encounter.Node, "meta"u8), "lastUpdated"u8);

    /// <summary>When the event of this trigger happened, as far as the Encounter says.</summary>
    public Moment? TimeOf(string trigger) => trigger switch
    {
        "A03" => IsOver ? End : null,
        "A02" => LatestLocation(),
        "A01" or "A04" => ClassSince() ?? Start,
        _ => null,
    };

    /// <summary>The event in the terms of the episode; its place in time is the caller's.</summary>
    public EpisodeEvent Event(string trigger, EventOrder order, Moment at, string visitKey, string patientKey, BundleEntry patient)
    {
        var hospitalization = tape.Find(encounter.Node, "hospitalization"u8);
        var disposition = tape.Find(hospitalization, "dischargeDisposition"u8);
        var attending = Attending();
        var (facility, facilityNpi) = Facility();
        var deceased = tape.Find(patient.Node, "deceasedBoolean"u8);
        var death = Time(patient.Node, "deceasedDateTime"u8);
        var locations = Locations();
        return new EpisodeEvent
        {
            Order = order,
            Trigger = trigger,
            At = at,
            VisitKey = visitKey,
            PatientKey = patientKey,
            Facility = facility,
            FacilityNpi = facilityNpi,
            Class = Class,
            Location = At(locations, "active") ?? At(locations, "") ?? (IsOver ? At(locations, "completed") : null),
            PriorLocation = IsOver ? null : At(locations, "completed"),
            PendingLocation = At(locations, "planned") ?? At(locations, "reserved"),
            Admitted = Status is "planned" ? null : Start,
            Discharged = IsOver ? End : null,
            ExpectedAdmit = Status is "planned" ? Start : null,
            ExpectedDischarge = IsOver ? null : Later(End, at),
            AdmitSource = Code(tape.Find(hospitalization, "admitSource"u8), CodeTables.Terminology + "admit-source", CodeTables.AdmitSource),
            Disposition = Code(disposition, CodeTables.Terminology + "discharge-disposition", CodeTables.Disposition),
            StaysOn = tape.Codings(disposition).Any(c => c.Code is "30"),
            AdmissionType = AdmissionType(),
            IsDeceased = death is not null || (deceased >= 0 && tape[deceased].Kind == JsonKind.True),
            Death = death,
            AttendingNpi = attending is { } a ? tape.Npi(a.Node) : null,
            AttendingName = attending is { } b ? tape.HumanName(b.Node) : null,
        };
    }

    /// <summary>The sending facility, as the source's settings name it if they do, and its NPI.</summary>
    public (string? Facility, string? Npi) Facility()
    {
        var header = bundle.Entries[0];
        BundleEntry? first = null;
        foreach (var reference in (ReadOnlySpan<int>)[
            tape.Find(encounter.Node, "serviceProvider"u8), tape.Find(header.Node, "responsible"u8), tape.Find(header.Node, "sender"u8)])
        {
            if (bundle.Target(reference) is not { Type: "Organization" } organization)
                continue;
            first ??= organization;
            if (identity.FacilityOf(organization) is { } known)
                return (known, tape.Npi(organization.Node));
        }

        // Whatever the one hospital calls itself here, it is the one.
        var name = settings.Facilities is [var only] ? only : first is null ? null : tape.FindText(first.Node, "name"u8)?.Trim();
        return (name, first is null ? null : tape.Npi(first.Node));
    }

    /// <summary>The names of the unit and service, for labels: locations of the visit, and its service type.</summary>
    public IEnumerable<string> Places()
    {
        foreach (var (location, _, _) in Locations())
            if (tape.FindText(location.Node, "name"u8) is { } name)
                yield return name;
        foreach (var element in (string[])["serviceType", "type"])
            foreach (var concept in ItemsOf(encounter.Node, element))
            {
                if (tape.FindText(concept, "text"u8) is { } text)
                    yield return text;
                foreach (var (_, code, display) in tape.Codings(concept))
                {
                    yield return code;
                    if (display is not null)
                        yield return display;
                }
            }
    }

    private bool IsOver => Status is "finished";

    /// <summary>An end that is still to come is what is expected; one of the past says nothing of a visit that goes on.</summary>
    private static Moment? Later(Moment? end, Moment at) => end is { } e && e.Instant > at.Instant ? end : null;

    private List<int> ItemsOf(int owner, string name)
    {
        var items = new List<int>();
        foreach (var item in tape.Items(tape.Find(owner, System.Text.Encoding.UTF8.GetBytes(name))))
            items.Add(item);
        return items;
    }

    private Moment? Time(int owner, ReadOnlySpan<byte> name) => FhirMoment.Read(tape.FindText(owner, name), settings.Feed.Zone);

    private VisitClass? ClassAt(int coding) => tape.FindText(coding, "code"u8) is { Length: > 0 } code
        ? new VisitClass(BundleReading.Canonical(tape.FindText(coding, "system"u8)), code, tape.FindText(coding, "display"u8))
        : null;

    /// <summary>Since when the present class holds, where classHistory says so.</summary>
    private Moment? ClassSince()
    {
        foreach (var past in tape.Items(tape.Find(encounter.Node, "classHistory"u8)))
            if (ClassAt(tape.Find(past, "class"u8))?.Code == Class.Code && Time(tape.Find(past, "period"u8), "start"u8) is { } since)
                return since;
        return null;
    }

    private List<(BundleEntry Location, string Status, Moment? Start)> Locations()
    {
        var found = new List<(BundleEntry, string, Moment?)>();
        foreach (var item in tape.Items(tape.Find(encounter.Node, "location"u8)))
            if (bundle.Target(tape.Find(item, "location"u8)) is { Type: "Location" } location)
                found.Add((location, tape.FindText(item, "status"u8) ?? "", Time(tape.Find(item, "period"u8), "start"u8)));
        return found;
    }

    /// <summary>The latest location of a status, by its start; the last one written where none has a start.</summary>
    private string? At(List<(BundleEntry Location, string Status, Moment? Start)> locations, string status)
    {
        var of = locations.Where(l => l.Status == status).OrderBy(l => l.Start?.Instant ?? DateTimeOffset.MinValue).ToList();
        return of.Count == 0 ? null : identity.LocationKey(of[^1].Location);
    }

    private Moment? LatestLocation() =>
        Locations().Where(l => l.Status is "active" or "" && l.Start is not null).Select(l => l.Start).OrderBy(s => s!.Value.Instant).LastOrDefault();

    private BundleEntry? Attending()
    {
        BundleEntry? first = null;
        foreach (var item in tape.Items(tape.Find(encounter.Node, "participant"u8)))
        {
            if (PersonAt(tape.Find(item, "individual"u8)) is not { } person)
                continue;
            foreach (var type in tape.Items(tape.Find(item, "type"u8)))
                foreach (var (system, code, _) in tape.Codings(type))
                    if (code is "ATND" && system is ParticipationType or "")
                        return person;
            if (tape.Find(item, "type"u8) < 0)
                first ??= person;
        }

        return first;
    }

    /// <summary>The Practitioner behind a reference, directly or through a PractitionerRole.</summary>
    public BundleEntry? PersonAt(int reference) => bundle.Target(reference) switch
    {
        { Type: "Practitioner" } person => person,
        { Type: "PractitionerRole" } role when bundle.Target(tape.Find(role.Node, "practitioner"u8)) is { Type: "Practitioner" } person => person,
        _ => null,
    };

    /// <summary>
    /// NPIs of those who care for the patient: general practitioners, and participants that are the primary performer of care; by the
    /// resource, or by the identifier of the reference alone.
    /// </summary>
    public ImmutableArray<string> CareNpis(BundleEntry patient)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        foreach (var reference in tape.Items(tape.Find(patient.Node, "generalPractitioner"u8)))
            Add(reference);
        foreach (var item in tape.Items(tape.Find(encounter.Node, "participant"u8)))
            foreach (var type in tape.Items(tape.Find(item, "type"u8)))
                if (tape.Codings(type).Any(c => c.Code is "PCP" or "PP"))
                    Add(tape.Find(item, "individual"u8));
        return [.. found.Distinct(StringComparer.Ordinal).Take(16)];

        void Add(int reference)
        {
            var target = PersonAt(reference) ?? bundle.Target(reference);
            if (target is not null && tape.Npi(target.Node) is { } npi)
                found.Add(npi);
            else if (target is null && tape.Npi(reference) is { } named)
                found.Add(named);
        }
    }

    /// <summary>A code of the target system; what a table maps to one; else the sender's own, marked as local.</summary>
    private string? Code(int concept, string system, CodeTable table)
    {
        string? local = null;
        foreach (var (codeSystem, code, _) in tape.Codings(concept))
        {
            if (codeSystem == system)
                return code;
            // UB-04 writes a leading zero that codings often drop.
            if (IsUb04(codeSystem) && (table.Find(code) ?? table.Find("0" + code)) is { } target)
                return target.Code;
            local ??= "local:" + code;
        }

        return local;
    }

    private static bool IsUb04(string system) =>
        system.Contains("nubc", StringComparison.OrdinalIgnoreCase) || system.EndsWith("v2-0112", StringComparison.Ordinal) || system.EndsWith("v2-0023", StringComparison.Ordinal);

    /// <summary>PV1-4: as v2 codes it in type, else by priority.</summary>
    private string? AdmissionType()
    {
        foreach (var type in tape.Items(tape.Find(encounter.Node, "type"u8)))
            foreach (var (system, code, _) in tape.Codings(type))
                if (system.EndsWith("v2-0007", StringComparison.Ordinal))
                    return code;
        foreach (var (_, code, _) in tape.Codings(tape.Find(encounter.Node, "priority"u8)))
            if (code is "EM" or "EL" or "UR" or "R")
                return code switch { "EM" => "E", "EL" => "C", "UR" => "U", _ => "R" };
        return null;
    }
}

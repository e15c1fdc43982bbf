using System.Collections.Immutable;
using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Who a PID is about: all its identifiers, the key it goes by, and the facts that matching reads.</summary>
internal static class PatientIdentity
{
    /// <summary>
    /// The identifiers of PID-3, 2, 4, 19 and 20 (driver's licence), and a Medicare number of IN1-36, IN1-49 or IN2-6 of a subscriber who is the patient. Distinct, in this order.
    /// </summary>
    public static ImmutableArray<PatientIdentifier> Identifiers(AdtScope scope, Hl7Segment pid)
    {
        var found = ImmutableArray.CreateBuilder<PatientIdentifier>();
        foreach (var repetition in pid.Field(3).Repetitions)
            AddOwn(scope, pid, found, repetition, "MR", "PID-3");
        foreach (var field in (ReadOnlySpan<int>)[2, 4])
            foreach (var repetition in pid.Field(field).Repetitions)
                AddOwn(scope, pid, found, repetition, null, field == 2 ? "PID-2" : "PID-4");
        if (pid.Field(19).Text is { } ssn && !NewbornRules.IsMothersSsn(scope, ssn))
            AddSsn(scope, found, ssn, null, "PID-19");
        if (FhirElements.Clean(pid.Field(20).TextOf(1)) is { } license)
            AddDistinct(found, new PatientIdentifier(scope.SystemOfName(pid.Field(20).TextOf(2) is { } state ? $"DL-{state}" : "DL"), license, "DL", null));
        for (var plan = scope.Message.First("IN1"); plan.Exists; plan = plan.NextSame())
            if (SubscriberWriter.IsPatient(scope, plan))
            {
                AddMbi(found, plan.Field(36));
                AddMbi(found, plan.Field(49));
                if (plan.Next() is { Name: "IN2" } more)
                    AddMbi(found, more.Field(6));
            }
        return found.ToImmutable();
    }

    /// <summary>
    /// authority|value of one PID-3 repetition: the one of the feed's facility authority, else the first MR (an empty type counts as MR),
    /// else the first by sort. An empty authority is the sending facility. PID-2 where PID-3 is empty. Null if there is none.
    /// </summary>
    public static string? Key(AdtScope scope, Hl7Segment pid) => KeyIn(scope, pid.Field(3), pid) ?? KeyIn(scope, pid.Field(2), pid);

    /// <summary>The identifiers of one field of a list such as PID-3 or MRG-1.</summary>
    public static ImmutableArray<PatientIdentifier> IdentifiersIn(AdtScope scope, Hl7Value field, string location)
    {
        var found = ImmutableArray.CreateBuilder<PatientIdentifier>();
        foreach (var repetition in field.Repetitions)
            Add(scope, found, new ExtendedId(repetition), "MR", location);
        return found.ToImmutable();
    }

    public static PatientFacts Facts(AdtScope scope, Hl7Segment pid, ImmutableArray<PatientIdentifier> identifiers)
    {
        var name = LegalName(pid);
        var birth = Hl7DateTime.TryParse(pid.Field(7).Code, out var born) && born.Precision >= Hl7Precision.Day ? born.Date : (DateOnly?)null;
        return new PatientFacts
        {
            Family = FhirElements.Clean(name.Family),
            Given = FhirElements.Clean(name.Given),
            BirthDate = birth,
            Sex = scope.Table(CodeTables.Sex).Find(pid.Field(8).Code)?.Code,
            PostalCode = PostalCode(pid),
            Phone = PersonElements.FirstPhone(pid.Field(13)) ?? PersonElements.FirstPhone(pid.Field(40)),
            Identifiers = identifiers,
        };
    }

    private static PersonName LegalName(Hl7Segment pid)
    {
        var first = default(PersonName);
        foreach (var repetition in pid.Field(5).Repetitions)
        {
            var name = new PersonName(repetition);
            if (name.IsEmpty)
                continue;
            if (name.TypeCode is "L" or "")
                return name;
            if (first.IsEmpty)
                first = name;
        }
        return first;
    }

    private static string? PostalCode(Hl7Segment pid)
    {
        string? any = null;
        foreach (var address in pid.Field(11).Repetitions)
        {
            if (address.TextOf(5) is not { } code || address.Part(7).Code is "BA" || PersonElements.IsOfBirth(address))
                continue;
            if (address.Part(7).Code is "H" or "")
                return code;
            any ??= code;
        }
        return any;
    }

    /// <summary>As <see cref="Key"/>, of one field of a list such as PID-3 or MRG-1.</summary>
    public static string? KeyIn(AdtScope scope, Hl7Value field, Hl7Segment? pid = null)
    {
        string? record = null;
        string? sorted = null;
        foreach (var repetition in field.Repetitions)
        {
            var id = new ExtendedId(repetition);
            if (FhirElements.Clean(id.Id) is not { } value || (pid is { } of && NewbornRules.IsMothers(scope, of, id)))
                continue;
            var key = $"{IdentifierSystems.KeyOf(id.Authority, scope.Facility)}|{value}";
            if (scope.Settings.FacilityAuthority is { } wanted && IsAuthority(id.Authority, wanted))
                return key;
            if (id.TypeCode is null or "MR")
                record ??= key;
            if (sorted is null || string.CompareOrdinal(key, sorted) < 0)
                sorted = key;
        }
        return record ?? sorted;
    }

    private static bool IsAuthority(HierarchicDesignator authority, string wanted) =>
        wanted.Equals(authority.Namespace, StringComparison.OrdinalIgnoreCase) || wanted.Equals(authority.UniversalId, StringComparison.OrdinalIgnoreCase);

    private static void AddOwn(
        AdtScope scope, Hl7Segment pid, ImmutableArray<PatientIdentifier>.Builder found, Hl7Value repetition, string? defaultType, string location)
    {
        var id = new ExtendedId(repetition);
        if (!NewbornRules.IsMothers(scope, pid, id))
            Add(scope, found, id, defaultType, location);
    }

    private static void Add(AdtScope scope, ImmutableArray<PatientIdentifier>.Builder found, ExtendedId id, string? defaultType, string location)
    {
        if (FhirElements.Clean(id.Id) is not { } value)
            return;
        var type = id.TypeCode ?? defaultType;
        var system = scope.SystemOf(id.Authority);
        var authority = id.Authority.Namespace;
        if (type is "SS" || system == IdentifierSystems.Ssn)
        {
            AddSsn(scope, found, value, authority, location);
            return;
        }
        if ((type is "MC" or "MCR" || system == IdentifierSystems.Mbi) && IdentifierSystems.AsMbi(value) is { } mbi)
            (system, value, type) = (IdentifierSystems.Mbi, mbi, "MC");
        else if (system == IdentifierSystems.Mbi)
            system = scope.SystemOfName(authority ?? "medicare");
        else if (type is "DL" && authority is not null && id.Authority.UniversalId is null)
            // As in PID-20: a state numbers its licences and its Medicaid members, and the two are not one list.
            system = scope.SystemOfName($"DL-{authority}");
        AddDistinct(found, new PatientIdentifier(system, value, type, authority));
    }

    private static void AddSsn(AdtScope scope, ImmutableArray<PatientIdentifier>.Builder found, string value, string? authority, string location)
    {
        if (IdentifierSystems.AsSsn(value) is { } ssn)
            AddDistinct(found, new PatientIdentifier(IdentifierSystems.Ssn, ssn, "SS", authority));
        else
            scope.Report(AdtIssueCodes.InvalidIdentifier, location);
    }

    private static void AddMbi(ImmutableArray<PatientIdentifier>.Builder found, Hl7Value member)
    {
        if (member.Text is { } text && IdentifierSystems.AsMbi(text) is { } mbi)
            AddDistinct(found, new PatientIdentifier(IdentifierSystems.Mbi, mbi, "MC", null));
    }

    private static void AddDistinct(ImmutableArray<PatientIdentifier>.Builder found, PatientIdentifier identifier)
    {
        // Repetitions are bounded so that a hostile field cannot make this quadratic.
        if (found.Count >= 64)
            return;
        foreach (var other in found)
            if (other.System == identifier.System && other.Value == identifier.Value)
                return;
        found.Add(identifier);
    }
}

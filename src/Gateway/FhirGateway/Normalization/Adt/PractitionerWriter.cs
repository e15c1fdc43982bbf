using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>XCN to Practitioner. Its key is authority|id, else the path of its names.</summary>
internal static class PractitionerWriter
{
    private const int MostNumbers = 8;

    /// <summary>The id of the practitioner, who is written into the bundle; null if nobody is named.</summary>
    public static Guid? Require(AdtScope scope, Hl7Value value, string location)
    {
        if (!value.HasValue)
            return null;
        var staff = new StaffName(value);
        return IsNobody(staff) ? null : scope.Require("Practitioner", KeyOf(scope, staff), (s, id) => Write(s, [staff], id, location));
    }

    /// <summary>
    /// Everybody whom a field names. Many senders repeat one person for each of the numbers by which they know them: two repetitions of
    /// one name whose numbers are of different kinds are one person, who goes by the NPI.
    /// </summary>
    public static List<Guid> RequireAll(AdtScope scope, Hl7Value field, string location)
    {
        if (!field.Raw.Contains(scope.Message.Delimiters.Repetition))
            return Require(scope, field, location) is { } one ? [one] : [];
        var found = new List<Guid>(1);
        foreach (var person in PersonsOf(scope, field))
        {
            var id = scope.Require("Practitioner", KeyOf(scope, person[0]), (s, to) => Write(s, person, to, location));
            if (!found.Contains(id))
                found.Add(id);
        }

        return found;
    }

    /// <summary>The NPI of the first person of a field, in whichever of the repetitions it stands.</summary>
    public static string? FirstNpi(AdtScope scope, Hl7Value field) =>
        PersonsOf(scope, field) is [[var first, ..], ..] && IdentifierSystems.IsNpi(first) ? first.Id : null;

    /// <summary>The repetitions of a field by person, the one with the NPI first.</summary>
    private static List<List<StaffName>> PersonsOf(AdtScope scope, Hl7Value field)
    {
        var persons = new List<List<StaffName>>(1);
        foreach (var repetition in field.Repetitions.AtMost(AdtScope.MostRepetitions))
        {
            var staff = new StaffName(repetition);
            if (!repetition.HasValue || IsNobody(staff))
                continue;
            if (persons.Find(p => p.Count < MostNumbers && p.TrueForAll(other => IsSamePerson(scope, staff, other))) is not { } person)
                persons.Add([staff]);
            else if (IdentifierSystems.IsNpi(staff))
                person.Insert(0, staff);
            else
                person.Add(staff);
        }

        return persons;
    }

    private static bool IsSamePerson(AdtScope scope, StaffName one, StaffName other)
    {
        if (one.Id is null || other.Id is null || one.Family is null || one.Given is null)
            return false;
        if (!Same(one.Family, other.Family) || !Same(one.Given, other.Given) || !Fits(one.Middle, other.Middle) || !Fits(one.Suffix, other.Suffix))
            return false;
        var (isNpi, isOtherNpi) = (IdentifierSystems.IsNpi(one), IdentifierSystems.IsNpi(other));
        if (isNpi || isOtherNpi)
            return isNpi != isOtherNpi;
        return (!one.IdType.IsEmpty && !other.IdType.IsEmpty && !one.IdType.SequenceEqual(other.IdType))
            || IdentifierSystems.KeyOf(one.Authority, scope.Facility) != IdentifierSystems.KeyOf(other.Authority, scope.Facility);
    }

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static bool Fits(string? one, string? other) => one is null || other is null || Same(one, other);

    private static bool IsNobody(StaffName staff) => FhirElements.Clean(staff.Id) is null && !FhirElements.HasText(staff.Value.Part(2).TextSpan);

    private static string KeyOf(AdtScope scope, StaffName staff)
    {
        var number = FhirElements.Clean(staff.Id);
        return number is null ? $"{staff.Family}|{staff.Given}|{staff.Middle}"
            : IdentifierSystems.IsNpi(staff) ? $"NPI|{number}"
            : $"{IdentifierSystems.KeyOf(staff.Authority, scope.Facility)}|{number}";
    }

    /// <summary>US Core demands an identifier and a family name: what was not sent is said to be unknown.</summary>
    private static void Write(AdtScope scope, List<StaffName> person, Guid id, string location)
    {
        var json = scope.Json;
        scope.StartResource("Practitioner", id);
        json.WriteStartArray("identifier"u8);
        foreach (var staff in person)
            WriteNumber(scope, staff, location);
        json.WriteEndArray();
        json.WriteStartArray("name"u8);
        scope.Name(person[0]);
        json.WriteEndArray();
        scope.EndResource();
    }

    private static void WriteNumber(AdtScope scope, StaffName staff, string location)
    {
        if (FhirElements.Clean(staff.Id) is not { } value)
        {
            scope.Json.WriteStartObject();
            scope.Json.Absent("_system"u8);
            scope.Json.Absent("_value"u8);
            scope.Json.WriteEndObject();
            return;
        }

        var type = staff.IdType.IsEmpty ? null : staff.IdType.ToString();
        if (IdentifierSystems.IsNpi(staff))
        {
            scope.Identifier(IdentifierSystems.Npi, value, "NPI");
        }
        else if (IdentifierSystems.IsCalledNpi(staff))
        {
            // Kept as what the sender calls it, but not as a number of the national registry, in which it cannot be.
            scope.Report(AdtIssueCodes.InvalidIdentifier, location);
            scope.Identifier(IdentifierSystems.OfName(scope.Source, "NPI"), value, type);
        }
        else
        {
            scope.Identifier(scope.SystemOf(staff.Authority), value, type);
        }
    }
}

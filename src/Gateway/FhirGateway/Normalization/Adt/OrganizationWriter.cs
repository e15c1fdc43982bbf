using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Organizations: the sending facility (MSH-4), a practice (PD1-3), an employer (NK1-13), a payer (IN1-3, IN1-4). Keys are authority|id, else the name.</summary>
internal static class OrganizationWriter
{
    /// <summary>MSH-4; null if it is empty. Its NPI is the feed's setting, or MSH-4.2 where that is one.</summary>
    public static Guid? OfSender(AdtScope scope)
    {
        var facility = new HierarchicDesignator(scope.Message.Header.Field(4));
        if ((FhirElements.Clean(facility.Namespace) ?? FhirElements.Clean(facility.UniversalId)) is not { } name)
            return null;
        return scope.Require("Organization", name, (s, id) =>
        {
            var sent = new HierarchicDesignator(s.Message.Header.Field(4));
            var system = sent.UniversalId is null ? IdentifierSystems.OfName(s.Source, "MSH-4") : s.SystemOf(sent);
            var npi = s.Settings.FacilityNpis.TryGetValue(name, out var known) ? known : NpiOf(sent);
            Write(s, id, system == IdentifierSystems.Npi ? IdentifierSystems.OfName(s.Source, "MSH-4") : system, name, name, npi, default);
        });
    }

    /// <summary>An XON: name, and identifier in XON.10 or XON.3 under XON.6.</summary>
    public static Guid? OfName(AdtScope scope, Hl7Value value)
    {
        if (!value.HasValue)
            return null;
        var number = value.TextOf(10) ?? value.TextOf(3);
        return Require(scope, value.Part(1).WholeText, number, new HierarchicDesignator(value.Part(6)), default);
    }

    /// <summary>IN1-3 (CX) and IN1-4 (XON), with the address IN1-5 and the telephone IN1-7.</summary>
    public static Guid? OfPayer(AdtScope scope, Hl7Segment plan)
    {
        var id = new ExtendedId(plan.Field(3));
        return Require(scope, plan.Field(4).Part(1).WholeText, id.Id, id.Authority, plan);
    }

    private static Guid? Require(AdtScope scope, string? name, string? number, HierarchicDesignator authority, Hl7Segment plan)
    {
        if (FhirElements.Clean(number) is { } value)
        {
            var key = $"{IdentifierSystems.KeyOf(authority, scope.Facility)}|{value}";
            return scope.Require("Organization", key, (s, id) => Write(s, id, s.SystemOf(authority), value, name, null, plan));
        }
        if (FhirElements.Clean(name) is not { } text)
            return null;
        return scope.Require("Organization", text, (s, id) => Write(s, id, null, null, text, null, plan));
    }

    /// <summary>US Core demands a name: one that was not sent is said to be unknown.</summary>
    private static void Write(AdtScope scope, Guid id, string? system, string? value, string? name, string? npi, Hl7Segment plan)
    {
        var json = scope.Json;
        scope.StartResource("Organization", id);
        if (value is not null || npi is not null)
        {
            json.WriteStartArray("identifier"u8);
            if (npi is not null)
                scope.Identifier(IdentifierSystems.Npi, npi, "NPI");
            if (value is not null)
                scope.Identifier(system, value, null);
            json.WriteEndArray();
        }
        json.WriteBoolean("active"u8, true);
        if (!json.Text("name"u8, name))
            json.Absent("_name"u8);
        if (plan.Exists)
        {
            if (PersonFields.Telecoms(scope, plan.Field(7), null, open: false))
                json.WriteEndArray();
            PersonFields.Addresses(scope, plan.Field(5));
        }
        scope.EndResource();
    }

    private static string? NpiOf(HierarchicDesignator facility) =>
        facility.UniversalId is { } id && facility.UniversalIdType is "NPI" or "" && Organizations.Npi.IsValid(id) ? id : null;
}

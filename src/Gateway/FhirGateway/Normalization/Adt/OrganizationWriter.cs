using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>Organizations: the sending facility (MSH-4), a practice (PD1-3), a payer (IN1-3, IN1-4). Keys are authority|id, else the name.</summary>
internal static class OrganizationWriter
{
    /// <summary>MSH-4; null if it is empty.</summary>
    public static Guid? OfSender(AdtScope scope)
    {
        var facility = new HierarchicDesignator(scope.Message.Header.Field(4));
        if (facility.IsEmpty)
            return null;
        var name = facility.Namespace ?? facility.UniversalId!;
        return scope.Require("Organization", name, (s, id) =>
        {
            var system = facility.UniversalId is null ? IdentifierSystems.OfName(s.Source, "MSH-4") : IdentifierSystems.OfAuthority(s.Source, facility, null);
            Write(s, id, system, name, name);
        });
    }

    /// <summary>An XON: name, and identifier in XON.10 or XON.3 under XON.6.</summary>
    public static Guid? OfName(AdtScope scope, Hl7Value value)
    {
        var name = value.Part(1).WholeText;
        var number = value.TextOf(10) ?? value.TextOf(3);
        return Require(scope, name, number, new HierarchicDesignator(value.Part(6)));
    }

    /// <summary>IN1-3 (CX) and IN1-4 (XON).</summary>
    public static Guid? OfPayer(AdtScope scope, Hl7Segment plan)
    {
        var id = new ExtendedId(plan.Field(3));
        return Require(scope, plan.Field(4).Part(1).WholeText, id.Id, id.Authority);
    }

    private static Guid? Require(AdtScope scope, string? name, string? number, HierarchicDesignator authority)
    {
        if (FhirElements.Clean(number) is { } value)
        {
            var key = $"{IdentifierSystems.KeyOf(authority, scope.Facility)}|{value}";
            return scope.Require("Organization", key, (s, id) =>
                Write(s, id, IdentifierSystems.OfAuthority(s.Source, authority, s.Facility), value, name));
        }
        if (FhirElements.Clean(name) is not { } text)
            return null;
        return scope.Require("Organization", text, (s, id) => Write(s, id, null, null, text));
    }

    private static void Write(AdtScope scope, Guid id, string? system, string? value, string? name)
    {
        scope.StartResource("Organization", id);
        if (system is not null && value is not null)
        {
            scope.Json.WriteStartArray("identifier"u8);
            scope.Identifier(system, value, null);
            scope.Json.WriteEndArray();
        }
        scope.Json.WriteBoolean("active"u8, true);
        scope.Json.Text("name", name);
        scope.EndResource();
    }
}

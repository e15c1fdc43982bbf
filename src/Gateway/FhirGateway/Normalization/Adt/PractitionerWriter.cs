using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>XCN to Practitioner. Its key is authority|id, else the path of its names.</summary>
internal static class PractitionerWriter
{
    /// <summary>The id of the practitioner, who is written into the bundle; null if nobody is named.</summary>
    public static Guid? Require(AdtScope scope, Hl7Value value)
    {
        var staff = new StaffName(value);
        if (staff.IsEmpty)
            return null;
        var npi = IdentifierSystems.IsNpi(staff);
        var key = npi ? $"NPI|{staff.Id}"
            : staff.Id is { } id ? $"{IdentifierSystems.KeyOf(staff.Authority, scope.Facility)}|{id}"
            : $"{staff.Family}|{staff.Given}|{staff.Middle}";
        return scope.Require("Practitioner", key, (s, published) => Write(s, staff, npi, published));
    }

    private static void Write(AdtScope scope, StaffName staff, bool npi, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("Practitioner", id);
        if (FhirElements.Clean(staff.Id) is { } value)
        {
            var system = npi ? IdentifierSystems.Npi : IdentifierSystems.OfAuthority(scope.Source, staff.Authority, scope.Facility);
            var type = staff.IdType.IsEmpty ? null : staff.IdType.ToString();
            json.WriteStartArray("identifier"u8);
            scope.Identifier(system, value, npi ? "NPI" : type);
            json.WriteEndArray();
        }
        if (staff.Family is not null || staff.Given is not null)
        {
            json.WriteStartArray("name"u8);
            json.Name(staff);
            json.WriteEndArray();
        }
        scope.EndResource();
    }
}

using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>XCN to Practitioner. Its key is authority|id, else the path of its names.</summary>
internal static class PractitionerWriter
{
    /// <summary>The id of the practitioner, who is written into the bundle; null if nobody is named.</summary>
    public static Guid? Require(AdtScope scope, Hl7Value value)
    {
        if (!value.HasValue)
            return null;
        var staff = new StaffName(value);
        var number = FhirElements.Clean(staff.Id);
        if (number is null && !FhirElements.HasText(value.Part(2).TextSpan))
            return null;
        var key = number is null ? $"{staff.Family}|{staff.Given}|{staff.Middle}"
            : IdentifierSystems.IsNpi(staff) ? $"NPI|{number}"
            : $"{IdentifierSystems.KeyOf(staff.Authority, scope.Facility)}|{number}";
        return scope.Require("Practitioner", key, (s, id) => Write(s, new StaffName(value), id));
    }

    /// <summary>US Core demands an identifier and a family name: what was not sent is said to be unknown.</summary>
    private static void Write(AdtScope scope, StaffName staff, Guid id)
    {
        var json = scope.Json;
        scope.StartResource("Practitioner", id);
        json.WriteStartArray("identifier"u8);
        if (FhirElements.Clean(staff.Id) is { } value)
        {
            var npi = IdentifierSystems.IsNpi(staff);
            var type = staff.IdType.IsEmpty ? null : staff.IdType.ToString();
            scope.Identifier(npi ? IdentifierSystems.Npi : scope.SystemOf(staff.Authority), value, npi ? "NPI" : type);
        }
        else
        {
            json.AbsentItem();
        }
        json.WriteEndArray();
        json.WriteStartArray("name"u8);
        scope.Name(staff);
        json.WriteEndArray();
        scope.EndResource();
    }
}

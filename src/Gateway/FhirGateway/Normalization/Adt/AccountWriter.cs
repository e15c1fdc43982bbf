using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>PID-18 to Account. Its key is authority|number.</summary>
internal static class AccountWriter
{
    /// <summary>The account, which is written into the bundle; null if none is named.</summary>
    public static Guid? Require(AdtScope scope)
    {
        var account = new ExtendedId(scope.Message.First("PID").Field(18));
        if (FhirElements.Clean(account.Id) is not { } number)
            return null;
        return scope.Require("Account", $"{IdentifierSystems.KeyOf(account.Authority, scope.Facility)}|{number}", static (s, id) =>
        {
            var json = s.Json;
            s.StartResource("Account", id);
            s.Identifier("identifier"u8, s.Message.First("PID").Field(18), "AN", open: false);
            json.WriteEndArray();
            json.WriteString("status"u8, "active"u8);
            json.WriteStartArray("subject"u8);
            json.ReferenceValue("Patient", s.PatientId);
            json.WriteEndArray();
            s.EndResource();
        });
    }
}

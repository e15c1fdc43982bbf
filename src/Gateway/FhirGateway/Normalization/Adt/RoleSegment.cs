using FhirGateway.Hl7v2;

namespace FhirGateway.Normalization.Adt;

/// <summary>What ROL and, since version 2.7, PRT say: a person's part in something.</summary>
/// <param name="Role">ROL-3, PRT-4.</param>
/// <param name="Persons">ROL-4, PRT-5.</param>
/// <param name="Begin">ROL-5, PRT-11.</param>
/// <param name="End">ROL-6, PRT-12.</param>
/// <param name="Type">ROL-9, PRT-6: the kind of provider.</param>
/// <param name="Telecom">ROL-12, PRT-15.</param>
/// <param name="Place">ROL-13, PRT-9.</param>
/// <param name="Organization">ROL-14, PRT-8.</param>
/// <param name="IsDeletion">ROL-2 or PRT-2 is DE (delete), UN (unlink) or RM.</param>
/// <param name="Location">Of the persons, for issues.</param>
/// <param name="RoleLocation">Of the role.</param>
internal sealed record RoleSegment(
    Hl7Value Role, Hl7Value Persons, Hl7Value Begin, Hl7Value End, Hl7Value Type, Hl7Value Telecom, Hl7Value Place, Hl7Value Organization, bool IsDeletion, string Location, string RoleLocation)
{
    /// <summary>
    /// Whoever is the patient's provider of primary care (PP, PCP) or the family's (FHCP), now: not one who is taken back, nor one whose
    /// time was over the day before the message was sent. Alerts are routed by it.
    /// </summary>
    public bool IsPrimaryCare(Hl7Message message) =>
        !IsDeletion && Role.TextOf(1) is "PP" or "PCP" or "FHCP"
        && !(Hl7DateTime.TryParse(End.Code, out var end) && end.Precision >= Hl7Precision.Day
            && Hl7DateTime.TryParse(message.Header.Field(7).Code, out var sent) && end.Date < sent.Date);

    public static RoleSegment Of(Hl7Segment s)
    {
        var isDeletion = s.Field(2).Code is "DE" or "RM" or "UN";
        return s.Name is "ROL"
            ? new RoleSegment(s.Field(3), s.Field(4), s.Field(5), s.Field(6), s.Field(9), s.Field(12), s.Field(13), s.Field(14), isDeletion, "ROL-4", "ROL-3")
            : new RoleSegment(s.Field(4), s.Field(5), s.Field(11), s.Field(12), s.Field(6), s.Field(15), s.Field(9), s.Field(8), isDeletion, "PRT-5", "PRT-4");
    }
}

using FhirGateway.Hl7v2;
using FhirGateway.Labels;

namespace FhirGateway.Processing;

/// <summary>
/// Labels of what a message says beside its first PV1-3: where the patient was before, goes to or lies for a while, which becomes part of
/// the Encounter, and the visits of the message's other patients.
/// </summary>
public static class FurtherPlaces
{
    /// <param name="message">The message.</param>
    /// <param name="places">Of its source.</param>
    /// <param name="first">What its first visit is labelled by: of the others the patient is another, the sender and the day are the same.</param>
    public static LabelSet LabelsOf(Hl7Message message, SensitivePlaces places, MessageFields first)
    {
        var labels = LabelSet.Empty;
        var visit = message.First("PV1");
        var patient = message.First("PID");
        for (var isFirst = true; visit.Exists; isFirst = false)
        {
            if (!isFirst)
            {
                patient = patient.NextSame();
                labels = labels.Union(LabelRules.OfMessage(OfVisit(visit, patient, first), places));
            }

            foreach (var field in (ReadOnlySpan<int>)[6, 11, 42, 43])
                if (visit.Field(field).HasValue)
                    labels = labels.Union(LabelRules.OfMessage(new MessageFields { Unit = visit.Field(field).TextOf(1) }, places));
            visit = visit.NextSame();
        }

        return labels;
    }

    private static MessageFields OfVisit(Hl7Segment visit, Hl7Segment patient, MessageFields first) => new()
    {
        Facility = first.Facility,
        BirthDate = patient.Exists ? MessageStage.DayOf(patient.Field(7)) : null,
        EventDay = first.EventDay,
        Unit = visit.Field(3).TextOf(1),
        HospitalService = visit.Field(10).TextOf(1),
        VipIndicator = visit.Field(16).TextOf(1),
        PatientClass = visit.Field(2).TextOf(1),
    };
}

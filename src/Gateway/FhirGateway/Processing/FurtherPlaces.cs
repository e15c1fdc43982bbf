using FhirGateway.Hl7v2;
using FhirGateway.Labels;

namespace FhirGateway.Processing;

/// <summary>
/// Labels of what a message says beside its first PID and PV1-3: where the patient was before, goes to or lies for a while, which becomes
/// part of the Encounter, and the message's other patients with their visits. What is said of no one in particular may be of any of them.
/// </summary>
public static class FurtherPlaces
{
    /// <summary>Labels of the whole message but for its first patient in his first visit.</summary>
    /// <param name="message">As it was read.</param>
    /// <param name="first">That patient and visit, with what belongs to the message as a whole.</param>
    /// <param name="bornOn">Reads PID-7.</param>
    /// <param name="places">The source's.</param>
    public static LabelSet LabelsOf(Hl7Message message, MessageFields first, Func<Hl7Value, DateOnly?> bornOn, SensitivePlaces places)
    {
        var labels = LabelSet.Empty;
        var (patients, visits) = (0, 0);
        var patient = first with { Unit = null, HospitalService = null, VipIndicator = null, PatientClass = null };
        for (var i = 0; i < message.SegmentCount; i++)
        {
            var segment = message.Segment(i);
            if (segment.Name is "PID")
            {
                patient = patient with { BirthDate = bornOn(segment.Field(7)) };
                // Codes and facility are of the message; a patient without a visit in it has them too.
                if (patients++ > 0)
                    labels = labels.Union(LabelRules.OfMessage(patient, places));
            }
            else if (segment.Name is "PV1")
            {
                if (visits++ > 0 || patients > 1)
                    labels = labels.Union(LabelRules.OfMessage(OfVisit(patient, segment), places));
                labels = labels.Union(OfOtherPlaces(patient, segment, places));
            }
        }

        return labels;
    }

    private static LabelSet OfOtherPlaces(MessageFields patient, Hl7Segment visit, SensitivePlaces places)
    {
        var labels = LabelSet.Empty;
        foreach (var field in (ReadOnlySpan<int>)[6, 11, 42, 43])
        {
            if (visit.Field(field).HasValue)
                labels = labels.Union(LabelRules.OfMessage(patient with { Facility = null, Codes = [], Unit = visit.Field(field).TextOf(1) }, places));
        }

        return labels;
    }

    private static MessageFields OfVisit(MessageFields patient, Hl7Segment visit) => patient with
    {
        Unit = visit.Field(3).TextOf(1),
        HospitalService = visit.Field(10).TextOf(1),
        VipIndicator = visit.Field(16).TextOf(1),
        PatientClass = visit.Field(2).TextOf(1),
    };
}

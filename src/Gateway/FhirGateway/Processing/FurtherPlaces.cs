using FhirGateway.Hl7v2;
using FhirGateway.Labels;

namespace FhirGateway.Processing;

/// <summary>
/// Labels of what a message says beside its first PV1-3: where the patient was before, goes to or lies for a while, which becomes part of
/// the Encounter, and the visits of the message's other patients.
/// </summary>
public static class FurtherPlaces
{
    public static LabelSet LabelsOf(Hl7Message message, SensitivePlaces places)
    {
        var labels = LabelSet.Empty;
        var visit = message.First("PV1");
        for (var isFirst = true; visit.Exists; isFirst = false)
        {
            if (!isFirst)
                labels = labels.Union(LabelRules.OfMessage(OfVisit(visit), places));
            foreach (var field in (ReadOnlySpan<int>)[6, 11, 42, 43])
                if (visit.Field(field).HasValue)
                    labels = labels.Union(LabelRules.OfMessage(new MessageFields { Unit = visit.Field(field).TextOf(1) }, places));
            visit = visit.NextSame();
        }

        return labels;
    }

    private static MessageFields OfVisit(Hl7Segment visit) => new()
    {
        Unit = visit.Field(3).TextOf(1),
        HospitalService = visit.Field(10).TextOf(1),
        VipIndicator = visit.Field(16).TextOf(1),
        PatientClass = visit.Field(2).TextOf(1),
    };
}

namespace FhirGateway.Attributions;

/// <summary>Panels as they were loaded, and what payers answered about them, inside the state transaction.</summary>
public interface IPanelState
{
    void Save(int participant, PanelPatient patient);

    /// <summary>Patients whose relationship is attested on the day, by key, from <paramref name="skip"/> on, at most <paramref name="most"/>.</summary>
    IReadOnlyList<PanelPatient> Of(int participant, DateOnly today, int skip, int most);

    /// <summary>What the source answered last; null before it did.</summary>
    PanelAnswer? AnswerOf(int participant, int source, string key);
    void Save(int participant, int source, string key, PanelAnswer answer, DateOnly day);
}

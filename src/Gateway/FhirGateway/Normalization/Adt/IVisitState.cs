namespace FhirGateway.Normalization.Adt;

/// <summary>What is known of visits, inside the state transaction.</summary>
public interface IVisitState
{
    /// <summary>By the published id of the Encounter.</summary>
    EpisodeState? Find(Guid encounter);
    void Save(Guid encounter, EpisodeState state);
}

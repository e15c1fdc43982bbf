namespace FhirGateway.Organizations;

/// <summary>Organisations and agreements as the state transaction writes them. Ids are unique; adding a known one is a misuse (exception).</summary>
public interface IOrganizationState
{
    OrganizationDirectory Load();
    void Save(Source source);
    void Save(Participant participant);
    void Save(Agreement agreement);
    void Remove(Agreement agreement);
}

namespace FhirGateway.Submissions;

/// <summary>Service figures inside the state transaction.</summary>
public interface ISourceFigures
{
    /// <summary>Those of a source, by its number; empty ones before anything is known.</summary>
    SourceFigures Of(int source);
    void Save(int source, SourceFigures figures);
}

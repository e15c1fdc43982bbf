namespace FhirGateway.Publications;

/// <summary>Committed events of a stream, read beside the writer.</summary>
public interface IStreamLog
{
    /// <summary>Events after a sequence, in order, at most <paramref name="most"/>.</summary>
    IReadOnlyList<Publication> Read(int participant, string stream, long after, int most);
}

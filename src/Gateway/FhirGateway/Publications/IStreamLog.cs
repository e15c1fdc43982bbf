namespace FhirGateway.Publications;

/// <summary>Committed events of a stream, read beside the writer.</summary>
public interface IStreamLog
{
    /// <summary>Events after a sequence, in order, at most <paramref name="most"/>.</summary>
    IReadOnlyList<Publication> Read(int participant, string stream, long after, int most);

    /// <summary>The sequence of the last event; 0 for none.</summary>
    long Last(int participant, string stream);
}

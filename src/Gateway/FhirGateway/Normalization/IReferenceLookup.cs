namespace FhirGateway.Normalization;

/// <summary>What the gateway already knows of one source's resources; read-only and safe for parallel use. Never answers for another source.</summary>
public interface IReferenceLookup
{
    /// <summary>The type of the resource whose source id is <paramref name="id"/> (for urn:uuid), or null if none or several types have it.</summary>
    string? FindTypeOfId(string source, string id);

    /// <summary>The source id of the one resource of <paramref name="type"/> with that identifier, or null if none or several.</summary>
    string? FindIdByIdentifier(string source, string type, string system, string value);

    /// <summary>Resources were removed or got an earlier content: what is remembered of answers is to be asked again.</summary>
    void Forget()
    {
    }
}

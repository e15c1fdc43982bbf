namespace FhirGateway.Normalization;

/// <summary>Normalized bodies, each stored once; publications refer to them.</summary>
public interface IBodyStore
{
    /// <summary>The body as UTF-8 JSON. Throws <see cref="InvalidDataException"/> if it was changed or damaged.</summary>
    byte[] Read(BodyLocation location);
}

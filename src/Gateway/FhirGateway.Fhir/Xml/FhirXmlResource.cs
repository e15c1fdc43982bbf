namespace FhirGateway.Fhir.Xml;

/// <summary>A resource that was read from XML.</summary>
public sealed class FhirXmlResource
{
    private readonly List<(int Offset, int Line, int Column)> places;

    internal FhirXmlResource(byte[] json, List<(int Offset, int Line, int Column)> places)
    {
        Json = json;
        this.places = places;
    }

    /// <summary>The resource as UTF-8 JSON.</summary>
    public byte[] Json { get; }

    /// <summary>Where the XML says what stands at a byte of the JSON: line and character of it, both from 1.</summary>
    public (int Line, int Column) PlaceOf(int offset)
    {
        var (low, high) = (0, places.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (places[middle].Offset <= offset)
                low = middle;
            else
                high = middle - 1;
        }
        return (places[low].Line, places[low].Column);
    }
}

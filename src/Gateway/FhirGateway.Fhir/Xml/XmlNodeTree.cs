namespace FhirGateway.Fhir.Xml;

/// <summary>One element or attribute of a resource in XML.</summary>
internal sealed class XmlNodeTree(string name, int line, int column)
{
    public string Name => name;
    public int Line => line;
    public int Column => column;

    /// <summary>The text of an attribute, the attribute <c>value</c> of an element, or a narrative with its tags.</summary>
    public string? Value { get; set; }

    /// <summary>Attributes but <c>value</c>, then elements, in order.</summary>
    public List<XmlNodeTree> Children { get; } = [];
}

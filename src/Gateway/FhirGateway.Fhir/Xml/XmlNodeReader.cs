using System.Xml;

namespace FhirGateway.Fhir.Xml;

/// <summary>Reads the elements of a resource (xml.html of FHIR R4): no DTD, no entity of its own, nothing fetched.</summary>
internal sealed class XmlNodeReader(FhirXmlLimits limits)
{
    private const string Fhir = "http://hl7.org/fhir";
    private const string Xhtml = "http://www.w3.org/1999/xhtml";
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <exception cref="FhirXmlException">The text is not what it must be.</exception>
    public XmlNodeTree Read(Stream stream)
    {
        using var reader = XmlReader.Create(stream, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = limits.MaxCharacters,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        });
        try
        {
            if (reader.MoveToContent() != XmlNodeType.Element)
                throw Fault(reader, "There is no element");
            var root = Element(reader);
            while (reader.Read())
            {
                // Reads what follows to the end: white space only, or the reader throws.
            }
            return root;
        }
        catch (XmlException e)
        {
            // The text of the exception may repeat text of the resource.
            throw new FhirXmlException("Not well-formed XML, too large, or with a document type declaration", Math.Max(1, e.LineNumber), Math.Max(1, e.LinePosition));
        }
    }

    private XmlNodeTree Element(XmlReader reader)
    {
        if (reader.NamespaceURI != Fhir)
            throw Fault(reader, "The element is not in the namespace " + Fhir);
        if (reader.Depth >= limits.MaxDepth)
            throw Fault(reader, $"More than {limits.MaxDepth} levels of elements");
        var (line, column) = Place(reader);
        var node = new XmlNodeTree(reader.LocalName, line, column);
        var isEmpty = reader.IsEmptyElement;
        Attributes(reader, node);
        if (!isEmpty)
            Content(reader, node);
        return node;
    }

    private static void Attributes(XmlReader reader, XmlNodeTree node)
    {
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI is SchemaInstance or "http://www.w3.org/2000/xmlns/" or "http://www.w3.org/XML/1998/namespace")
                continue;
            if (reader.LocalName == "value")
            {
                node.Value = reader.Value;
                continue;
            }
            var (line, column) = Place(reader);
            node.Children.Add(new(reader.LocalName, line, column) { Value = reader.Value });
        }
        reader.MoveToElement();
    }

    private void Content(XmlReader reader, XmlNodeTree node)
    {
        reader.Read();
        while (reader.NodeType != XmlNodeType.EndElement)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.NamespaceURI == Xhtml:
                    var (line, column) = Place(reader);
                    // Moves past the end of the element.
                    node.Children.Add(new(reader.LocalName, line, column) { Value = reader.ReadOuterXml() });
                    continue;
                case XmlNodeType.Element:
                    node.Children.Add(Element(reader));
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.EntityReference:
                    throw Fault(reader, "Text stands where only elements may stand");
                case XmlNodeType.None:
                    throw Fault(reader, "The text ends too early");
            }
            reader.Read();
        }
    }

    private static FhirXmlException Fault(XmlReader reader, string reason)
    {
        var (line, column) = Place(reader);
        return new(reason, line, column);
    }

    private static (int Line, int Column) Place(XmlReader reader) =>
        reader is IXmlLineInfo place && place.HasLineInfo() ? (Math.Max(1, place.LineNumber), Math.Max(1, place.LinePosition)) : (1, 1);
}

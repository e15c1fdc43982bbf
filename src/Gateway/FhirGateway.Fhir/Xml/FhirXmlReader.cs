using System.Text;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Xml;

/// <summary>
/// Reads a resource from XML (xml.html of FHIR R4) as JSON (json.html). What the types do not know is kept under its name,
/// so that a validator can say so; nothing is dropped but comments, processing instructions and schema locations.
/// </summary>
public static class FhirXmlReader
{
    /// <summary>The resource as JSON: numbers and booleans as literals with their text, repeating elements as arrays.</summary>
    /// <param name="xml">One resource; read to its end, not closed.</param>
    /// <param name="limits">Size and depth.</param>
    /// <param name="table">The types; R4 if null.</param>
    /// <exception cref="FhirXmlException">It is not well-formed, too large, too deep, or no FHIR.</exception>
    public static FhirXmlResource Read(Stream xml, FhirXmlLimits? limits = null, StructureTable? table = null)
    {
        var root = new XmlNodeReader(limits ?? FhirXmlLimits.Default).Read(xml);
        return XmlToJson.Write(root, table ?? StructureTable.R4);
    }

    /// <summary>Whether a text begins as XML does: after a byte order mark and white space, with a <c>&lt;</c>, in UTF-8 or UTF-16.</summary>
    public static bool IsXml(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith(Encoding.Unicode.Preamble) || text.StartsWith(Encoding.BigEndianUnicode.Preamble))
            return true;
        if (text.StartsWith(Encoding.UTF8.Preamble))
            text = text[3..];
        return text.TrimStart(" \t\r\n"u8) is [(byte)'<', ..];
    }
}

namespace FhirGateway.Fhir.Rules;

/// <summary>Why a text is no narrative (narrative.html, invariants txt-1 and txt-2).</summary>
public enum NarrativeFaultCode
{
    None,

    /// <summary>Not well-formed XML: tags that do not match, an attribute without quotes or twice, text outside the root.</summary>
    NotWellFormed,

    /// <summary>The root is not <c>div</c>.</summary>
    WrongRoot,

    /// <summary>The root, or an element within, is not in the namespace <c>http://www.w3.org/1999/xhtml</c>.</summary>
    WrongNamespace,

    /// <summary>An element that a narrative must not have, e.g. <c>script</c> or <c>form</c>.</summary>
    ElementNotAllowed,

    /// <summary>An attribute that a narrative must not have, e.g. <c>onclick</c>.</summary>
    AttributeNotAllowed,

    /// <summary>A link or source that runs code: <c>javascript:</c>, <c>vbscript:</c>.</summary>
    ActiveLink,

    /// <summary>A link that leads nowhere: the attribute is empty.</summary>
    EmptyLink,

    /// <summary>A named entity that XML and HTML do not know, or a reference to a character that XML cannot hold.</summary>
    UnknownEntity,

    /// <summary>A document type, processing instruction or CDATA section.</summary>
    MarkupNotAllowed,

    /// <summary>A block, such as a table, in a paragraph.</summary>
    BlockInParagraph,

    /// <summary>More than <see cref="NarrativeReader.MaxDepth"/> elements within each other.</summary>
    TooDeep,

    /// <summary>Nothing but white space and no image.</summary>
    Empty,
}

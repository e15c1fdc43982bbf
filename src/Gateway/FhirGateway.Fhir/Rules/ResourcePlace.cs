namespace FhirGateway.Fhir.Rules;

/// <summary>Where a resource stands.</summary>
internal enum ResourcePlace
{
    Outermost,

    /// <summary>In <c>contained</c>.</summary>
    Contained,

    /// <summary>In an entry of a Bundle or in a parameter.</summary>
    Nested,
}

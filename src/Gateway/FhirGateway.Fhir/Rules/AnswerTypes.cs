namespace FhirGateway.Fhir.Rules;

/// <summary>Which value[x] an item of a Questionnaire asks for (http://hl7.org/fhir/ValueSet/item-type).</summary>
internal static class AnswerTypes
{
    /// <summary>Whether an answer whose property is <c>value</c> and this suffix fits; true where the type of the item is not known.</summary>
    public static bool Fits(string itemType, string suffix) => itemType switch
    {
        "boolean" => suffix == "Boolean",
        "decimal" => suffix == "Decimal",
        "integer" => suffix == "Integer",
        "date" => suffix == "Date",
        "dateTime" => suffix == "DateTime",
        "time" => suffix == "Time",
        "string" or "text" => suffix == "String",
        "url" => suffix == "Uri",
        "attachment" => suffix == "Attachment",
        "reference" => suffix == "Reference",
        "quantity" => suffix == "Quantity",
        "choice" or "open-choice" => suffix is "Coding" or "String" or "Date" or "Time" or "Integer",
        _ => true,
    };
}

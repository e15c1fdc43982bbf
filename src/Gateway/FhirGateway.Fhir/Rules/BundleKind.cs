namespace FhirGateway.Fhir.Rules;

/// <summary>Bundle.type (http://hl7.org/fhir/ValueSet/bundle-type).</summary>
internal enum BundleKind
{
    Unknown,
    Document,
    Message,
    Transaction,
    TransactionResponse,
    Batch,
    BatchResponse,
    History,
    SearchSet,
    Collection,
}

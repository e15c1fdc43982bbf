namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Names of the Provider Access exchange (HL7 Da Vinci PDex 2.2).</summary>
internal static class ProviderAccess
{
    /// <summary>The dialect of a source that is asked this way.</summary>
    public const string Dialect = "pdex";
    public const string ExportOperation = "$davinci-data-export";
    public const string MatchOperation = "$provider-member-match";

    /// <summary>Everything, to be kept.</summary>
    public const string Download = "hl7.fhir.us.davinci-pdex#provider-download";

    /// <summary>What changed since; <c>_since</c> must be given.</summary>
    public const string Delta = "hl7.fhir.us.davinci-pdex#provider-delta";

    /// <summary>On Group.member.entity: the Patient that was submitted.</summary>
    public const string SubmittedExtension = "http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/base-ext-match-parameters";
    public const string Npi = "http://hl7.org/fhir/sid/us-npi";
}

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>The names of the parameters of <c>$export</c>.</summary>
public static class ExportParameter
{
    public const string OutputFormat = "_outputFormat";
    public const string Since = "_since";
    public const string Until = "_until";
    public const string Type = "_type";
    public const string TypeFilter = "_typeFilter";
    public const string Elements = "_elements";
    public const string Patient = "patient";
    public const string IncludeAssociatedData = "includeAssociatedData";
    public const string OrganizeOutputBy = "organizeOutputBy";
    public const string AllowPartialManifests = "allowPartialManifests";

    /// <summary>Only of <c>$davinci-data-export</c>.</summary>
    public const string ExportType = "exportType";
}

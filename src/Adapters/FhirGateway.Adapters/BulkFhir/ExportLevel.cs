namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Whose data an <c>$export</c> asks for.</summary>
[Flags]
public enum ExportLevel
{
    None = 0,

    /// <summary><c>[base]/$export</c>.</summary>
    System = 1,

    /// <summary><c>[base]/Patient/$export</c>.</summary>
    Patient = 2,

    /// <summary><c>[base]/Group/[id]/$export</c>.</summary>
    Group = 4,
}

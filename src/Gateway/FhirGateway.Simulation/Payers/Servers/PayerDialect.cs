namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>Which Bulk Data text a payer's server follows, and how.</summary>
public enum PayerDialect
{
    /// <summary>Bulk Data Access 1.0.</summary>
    Stu1,

    /// <summary>2.0.</summary>
    Stu2,

    /// <summary>3.0.</summary>
    Stu3,

    /// <summary>4.0.0-ballot: POST only, repeated parameters, <c>outcome</c>, extensions as an array.</summary>
    Ballot4,

    /// <summary>CMS Beneficiary Claims Data API, v2: GET only, Patient and Group, client secret.</summary>
    Bcda2,

    /// <summary>The same, v3.</summary>
    Bcda3,

    /// <summary>CMS Part D sponsors' API: Patient level only, checksums in extensions of the files.</summary>
    Ab2d,

    /// <summary>CMS Data at the Point of Care: Group level only, signed assertions, checksums.</summary>
    Dpc,

    /// <summary>The SMART reference server: asks to wait until an absolute second of the epoch.</summary>
    SmartReference,
}

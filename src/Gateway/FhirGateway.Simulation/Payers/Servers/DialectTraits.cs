using System.Collections.Frozen;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>How a dialect differs, as far as a client can see.</summary>
internal sealed record DialectTraits
{
    /// <summary>Path of the FHIR base, without slashes at its ends.</summary>
    public string BasePath { get; init; } = "fhir";
    public bool Get { get; init; } = true;
    public bool Post { get; init; } = true;
    public bool System { get; init; } = true;
    public bool Patients { get; init; } = true;
    public bool Groups { get; init; } = true;

    /// <summary>The member of the manifest that lists files of OperationOutcomes.</summary>
    public string Issues { get; init; } = "error";

    /// <summary>Whether the manifest repeats the kick-off request.</summary>
    public bool Request { get; init; } = true;
    public bool ExtensionIsArray { get; init; }

    /// <summary>Root of the extensions with SHA-256 and length of each file; null for none.</summary>
    public string? ChecksumRoot { get; init; }

    /// <summary>Whether files can have been deleted.</summary>
    public bool Deleted { get; init; } = true;

    /// <summary>Whether the manifest may be paged, and given while the job runs.</summary>
    public bool Pages { get; init; }

    /// <summary>Whether output can be organised by patient.</summary>
    public bool Organizes { get; init; }
    public bool CommaLists { get; init; } = true;

    /// <summary>Whether clients are known by a secret instead of a key.</summary>
    public bool Secret { get; init; }

    /// <summary>Version of the Bulk Data guide that the CapabilityStatement names.</summary>
    public required string Version { get; init; }

    private static readonly FrozenDictionary<PayerDialect, DialectTraits> Table = new Dictionary<PayerDialect, DialectTraits>
    {
        [PayerDialect.Stu1] = new() { Version = "1.0.0", Post = false, Deleted = false },
        [PayerDialect.Stu2] = new() { Version = "2.0.0" },
        [PayerDialect.Stu3] = new() { Version = "3.0.0", Pages = true, Organizes = true },
        [PayerDialect.Ballot4] = new() { Version = "4.0.0-ballot", Get = false, Issues = "outcome", Request = false, ExtensionIsArray = true, Pages = true, Organizes = true, CommaLists = false },
        [PayerDialect.Bcda2] = new() { Version = "2.0.0", BasePath = "api/v2", Post = false, System = false, Secret = true, Deleted = false },
        [PayerDialect.Bcda3] = new() { Version = "2.0.0", BasePath = "api/v3", Post = false, System = false, Secret = true, Deleted = false },
        [PayerDialect.Ab2d] = new() { Version = "2.0.0", BasePath = "api/v2/fhir", Post = false, System = false, Groups = false, Secret = true, Deleted = false, ChecksumRoot = "https://ab2d.cms.gov/" },
        [PayerDialect.Dpc] = new() { Version = "1.0.0", BasePath = "api/v1", Post = false, System = false, Patients = false, Deleted = false, ChecksumRoot = "https://dpc.cms.gov/" },
        [PayerDialect.SmartReference] = new() { Version = "2.0.0" },
    }.ToFrozenDictionary();

    public static DialectTraits Of(PayerDialect dialect) => Table[dialect];
}

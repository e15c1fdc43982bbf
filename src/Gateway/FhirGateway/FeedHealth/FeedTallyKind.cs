namespace FhirGateway.FeedHealth;

/// <summary>What is counted by its value. The numbers are in the state store.</summary>
public enum FeedTallyKind
{
    /// <summary>Codes that are in no table, by field.</summary>
    Code = 1,

    /// <summary>How characters were read.</summary>
    Charset = 2,

    /// <summary>Why messages were held.</summary>
    Held = 3,

    /// <summary>Why messages were refused.</summary>
    Refused = 4,

    /// <summary>Fields that were lost or could not be taken as they are, by field.</summary>
    Field = 5,

    /// <summary>Errors that profiles find, by element.</summary>
    Finding = 6,
}

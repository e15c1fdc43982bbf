namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Why a file is not there, or not whole.</summary>
public enum FileFaultCode
{
    /// <summary>It ended before its announced end, or in the middle of a line, also when asked again.</summary>
    Short,

    /// <summary>It changed while it was read in parts, also when read again.</summary>
    Changed,

    /// <summary>Compressed bytes that cannot be inflated to their end, or an encoding other than gzip.</summary>
    Undecodable,

    /// <summary>Another number of resources than the manifest says.</summary>
    CountDiffers,

    /// <summary>Another number of bytes than the manifest says.</summary>
    SizeDiffers,

    /// <summary>Another SHA-256 than the manifest says.</summary>
    ChecksumDiffers,

    /// <summary>Not NDJSON: a web page, say.</summary>
    WrongContent,

    /// <summary>Nothing says where it ends: no length, no chunks, no compression, no count.</summary>
    LengthUnproven,

    /// <summary>More bytes than allowed, as received or inflated, or inflated too far.</summary>
    TooLarge,

    /// <summary>Fewer bytes a second than required.</summary>
    TooSlow,

    /// <summary>403, 404 or 410: a fresh manifest may have a fresh link.</summary>
    LinkExpired,

    /// <summary>401, also with a new token; or there is no token.</summary>
    Unauthorized,

    /// <summary>429 or 503 for longer than is waited for.</summary>
    Busy,

    /// <summary>500 or another status that may pass.</summary>
    ServerError,

    /// <summary>Another status that will not change by asking again.</summary>
    Refused,

    /// <summary>No connection, no answer in time.</summary>
    Unreachable,

    /// <summary>The URL, an address, a header or a redirect is not allowed.</summary>
    NotAllowed,
}

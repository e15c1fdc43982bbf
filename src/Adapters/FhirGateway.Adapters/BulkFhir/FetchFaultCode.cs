namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Why a file of a manifest was not fetched. The names are shown in reports.</summary>
public enum FetchFaultCode
{
    /// <summary>The server answered with an error, after retries.</summary>
    Refused,

    /// <summary>The link is not valid any more, or never was: 401, 403, 404 or 410, after fresh links were asked for.</summary>
    Expired,

    /// <summary>No connection, or it broke, after retries.</summary>
    Unreachable,

    /// <summary>Its origin or address is not allowed.</summary>
    Forbidden,

    /// <summary>Shorter than promised by Content-Length, chunk end, gzip trailer, size or last line.</summary>
    Short,

    /// <summary>It changed while it was read.</summary>
    Changed,

    /// <summary>Size, count or checksum are not those of the manifest.</summary>
    Mismatch,

    /// <summary>Not NDJSON, or an encoding that is not accepted.</summary>
    Undecodable,

    /// <summary>More bytes, lines or inflation than allowed, or too slow.</summary>
    Budget,
}

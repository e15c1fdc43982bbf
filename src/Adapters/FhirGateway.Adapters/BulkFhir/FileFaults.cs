using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>The faults of receiving one file, in words.</summary>
internal sealed class FileFaults(FileRequest request)
{
    private readonly string shown = EgressUrl.Shown(request.Url);

    public FileFault Short() => Fault(FileFaultCode.Short, "it ended before its announced end");
    public FileFault CutAgain() => Fault(FileFaultCode.Unreachable, "it was cut again and again; what came is kept");
    public FileFault Changed() => Fault(FileFaultCode.Changed, "it changed while it was read in parts");
    public FileFault Unauthorized() => Fault(FileFaultCode.Unauthorized, request.Credential is null ? "status 401, and the manifest requires no token" : "status 401, also with a new token");
    public FileFault LinkExpired(int status) => Fault(FileFaultCode.LinkExpired, $"status {status}");
    public FileFault Refused(int status) => Fault(FileFaultCode.Refused, $"status {status}");
    public FileFault Status(int status) => Fault(FileFaultCode.ServerError, $"status {status}");
    public FileFault Busy(int status, TimeSpan pause) => Fault(FileFaultCode.Busy, $"status {status}") with { RetryAfter = pause };
    public FileFault WrongType(string type) => Fault(FileFaultCode.WrongContent, type.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '+' or '-' or '.') ? $"it is {type} and no NDJSON" : "it is no NDJSON");
    public FileFault Exhausted(int attempts) => Fault(FileFaultCode.Unreachable, $"it is not whole after {attempts} attempts");
    public FileFault Unreachable(EgressException e) => new(FileFaultCode.Unreachable, e.Message) { RetryAfter = e.RetryAfter };

    public FileFault ForeignCredential(EgressCredential credential) =>
        Fault(FileFaultCode.NotAllowed, $"it requires a token, and tokens of this source go to {credential.Origin} only");

    /// <summary>A fault that no further attempt changes; null for one that may pass.</summary>
    public FileFault? Of(EgressException e) => e.Code switch
    {
        EgressFaultCode.TooLarge => new(FileFaultCode.TooLarge, e.Message),
        EgressFaultCode.TooSlow => new(FileFaultCode.TooSlow, e.Message),
        EgressFaultCode.EncodingRefused => new(FileFaultCode.Undecodable, e.Message),
        EgressFaultCode.Tls or EgressFaultCode.Malformed or EgressFaultCode.CircuitOpen => Unreachable(e),
        _ when e.IsTransient => null,
        _ => new(FileFaultCode.NotAllowed, e.Message),
    };

    public FileFault Of(SmartException e) =>
        new(e.IsTransient ? FileFaultCode.Busy : FileFaultCode.Unauthorized, $"{shown}: no token: {e.Message}") { RetryAfter = e.RetryAfter };

    private FileFault Fault(FileFaultCode code, string detail) => new(code, $"{shown}: {detail}");
}

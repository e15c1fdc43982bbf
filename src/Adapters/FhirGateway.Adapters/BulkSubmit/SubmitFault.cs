namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Why a request of a bulk submission is refused. Never a value that was sent: it could be a secret.</summary>
/// <param name="Status">HTTP status, 4xx.</param>
/// <param name="Code">Issue type of FHIR R4 (value set issue-type).</param>
/// <param name="Text">What, where and why, for the person who reads it.</param>
public sealed record SubmitFault(int Status, string Code, string Text)
{
    internal const int BadRequest = 400;
    internal const int Forbidden = 403;
    internal const int Unknown = 404;
    internal const int Conflict = 409;
    internal const int TooManyOpen = 429;

    internal static SubmitFault Invalid(string text) => new(BadRequest, "invalid", text);

    internal static SubmitFault Required(string text) => new(BadRequest, "required", text);

    internal static SubmitFault NotSupported(string text) => new(BadRequest, "not-supported", text);
}

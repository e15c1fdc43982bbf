using System.Globalization;
using System.Net.Http.Headers;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Reads from the headers of an answer what its bytes are (RFC 9110 sections 8.8 and 14).</summary>
internal static class FileAnswer
{
    private static readonly string[] WrongTypes = ["text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/fhir+xml", "application/pdf", "image/png"];

    /// <summary>What goes into If-Range: a strong ETag, or a Last-Modified that is old enough to be one. Null where parts cannot be told apart.</summary>
    public static string? Validator(EgressResponse answer)
    {
        if (answer.Header("ETag") is { } tag)
            return EntityTagHeaderValue.TryParse(tag, out var read) && !read.IsWeak ? read.Tag : null;
        // Within its own second a Last-Modified does not tell two versions apart (RFC 9110 section 8.8.2.2).
        return Date(answer, "Last-Modified") is { } modified && Date(answer, "Date") is { } sent && sent - modified >= TimeSpan.FromSeconds(1)
            ? answer.Header("Last-Modified")
            : null;
    }

    /// <summary>The media type says that this is no NDJSON. Generic types and absent ones are looked at by their bytes.</summary>
    public static bool IsWrongType(EgressResponse answer) => WrongTypes.Contains(answer.MediaType);

    /// <summary>
    /// The length of the whole file, if a 206 goes on exactly behind the bytes that are there, says so, and carries the same
    /// validator. Null otherwise: what follows is not trusted, and the file is read again.
    /// </summary>
    public static long? Continues(EgressResponse answer, PartialFile part)
    {
        if (!ContentRangeHeaderValue.TryParse(answer.Header("Content-Range"), out var range) || range.Unit != "bytes" || range.From != part.Length || range.Length is not { } total)
            return null;
        var validator = part.Validator!.StartsWith('"') ? answer.Header("ETag") : answer.Header("Last-Modified");
        return validator == part.Validator && answer.ContentEncoding == part.Encoding && (part.Total ?? total) == total ? total : null;
    }

    private static DateTimeOffset? Date(EgressResponse answer, string name) =>
        DateTimeOffset.TryParseExact(answer.Header(name), "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}

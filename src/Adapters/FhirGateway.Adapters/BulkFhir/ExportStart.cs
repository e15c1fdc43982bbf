using System.Collections.Immutable;
using FhirGateway.Adapters.Egress;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Sends kick-offs; parameters that a server refuses and that can be done without are left away, and named.</summary>
internal sealed class ExportStart(ExportExchange exchange, ExportDialect dialect, bool isVersion4)
{
    /// <summary>Where the status is to be asked, and which parameters were left away. Throws <see cref="ExportException"/> where it is refused.</summary>
    public async Task<(Uri Status, ImmutableArray<string> Dropped)> SendAsync(ExportRequest request, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var dropped = ImmutableArray<string>.Empty;
        while (true)
        {
            var asked = request.Without(dropped);
            var answer = await exchange.SendAsync(KickOff.Write(exchange.FhirUrl, asked, dialect, isVersion4), IsBusy, deadline, cancellationToken);
            if (answer.Status == 202)
                return (StatusOf(answer), dropped);
            var optional = asked.Without(dialect.Unsupported).Optional();
            if (answer.Status is not (400 or 405 or 422 or 501) || optional.Count == 0)
                throw new ExportException($"the kick-off of the export was refused: {answer.Fault()}");
            dropped = [.. dropped, .. Refused(answer.Body.Span, optional)];
        }
    }

    public static bool IsBusy(int status) => status is 408 or 425 or 429 or 502 or 503 or 504;

    /// <summary>Those that the answer names; all of them where it names none.</summary>
    private static IReadOnlyList<string> Refused(ReadOnlySpan<byte> body, IReadOnlyList<string> optional)
    {
        var named = new List<string>();
        foreach (var name in optional)
        {
            if (body.IndexOf(System.Text.Encoding.ASCII.GetBytes(name)) >= 0)
                named.Add(name);
        }

        return named.Count > 0 ? named : optional;
    }

    private static Uri StatusOf(ExportAnswer answer) =>
        EgressUrl.TryResolve(answer.Url, answer.Header("Content-Location"), out var url, out var fault)
            ? url
            : throw new ExportException($"the server accepted the export and gave no place to ask for it: Content-Location {fault}");
}

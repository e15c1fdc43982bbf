using FhirGateway.Adapters.Csv;
using FhirGateway.Attributions;
using FhirGateway.Host.Security;
using FhirGateway.Organizations;
using FhirGateway.Processing;

namespace FhirGateway.Host.Endpoints;

/// <summary>Rosters and opt-outs of sources, panels of participants, as CSV. What the report counts is in force when it is answered.</summary>
internal static class TableEndpoints
{
    private const int MostPanelDays = 1100;

    public static void MapTables(this IEndpointRouteBuilder routes, GatewayOptions options)
    {
        var limit = new BodyLimit(options.Http.MostTableBytes);
        routes.MapPost("/intake/roster", RosterAsync).RequireAuthorization(ClientScopes.IntakeWrite).WithMetadata(limit);
        routes.MapPost("/intake/optout", OptOutAsync).RequireAuthorization(ClientScopes.IntakeWrite).WithMetadata(limit);
        routes.MapPost("/intake/panel", PanelAsync).RequireAuthorization(ClientScopes.PanelWrite).WithMetadata(limit);
    }

    /// <summary>?change=true adds and changes only; ?yes=true confirms that many attributions end; ?participant=ID for rows that name none.</summary>
    private static async Task<IResult> RosterAsync(HttpContext http, Engine engine)
    {
        var caller = Caller.Of(http.User)!;
        if (engine.Organizations.Value.FindSource(caller.Owner!) is not { } payer)
            return Outcomes.NotFound();
        if (!TryReadFlag(http.Request, "change", out var isChange) || !TryReadFlag(http.Request, "yes", out var isConfirmed))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", "change and yes: true or false");
        var given = http.Request.Query["participant"];
        var options = new RosterOptions { ChangesOnly = isChange, Confirmed = isConfirmed, Participant = given is [{ Length: > 0 } participant] ? participant : null };
        return await LoadAsync(http, engine, RosterKind.Roster, t =>
            engine.Rosters.LoadRosterAsync(payer, caller.Client, t.Rows, t.Rejected, options, http.RequestAborted));
    }

    private static async Task<IResult> OptOutAsync(HttpContext http, Engine engine)
    {
        var caller = Caller.Of(http.User)!;
        if (engine.Organizations.Value.FindSource(caller.Owner!) is not { } source)
            return Outcomes.NotFound();
        return await LoadAsync(http, engine, RosterKind.OptOut, t =>
            engine.Rosters.LoadOptOutsAsync(source, caller.Client, t.Rows, t.Rejected, http.RequestAborted));
    }

    /// <summary>?days=N: for how long the panel attests.</summary>
    private static async Task<IResult> PanelAsync(HttpContext http, Engine engine)
    {
        var caller = Caller.Of(http.User)!;
        if (engine.Organizations.Value.FindParticipant(caller.Owner!) is not { } participant)
            return Outcomes.NotFound();
        if (!QueryNumber.TryRead(http.Request, "days", RosterIntake.DefaultPanelDays, 1, MostPanelDays, out var days))
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", $"days: a whole number from 1 to {MostPanelDays}");
        return await LoadAsync(http, engine, RosterKind.Panel, t =>
            engine.Rosters.LoadPanelAsync(participant, caller.Client, t.Rows, t.Rejected, (int)days, http.RequestAborted));
    }

    private static async Task<IResult> LoadAsync(HttpContext http, Engine engine, RosterKind kind, Func<RosterFile, Task<RosterReport>> load)
    {
        var type = http.Request.ContentType?.Split(';', 2)[0].Trim();
        if (type is not null && !type.Equals("text/csv", StringComparison.OrdinalIgnoreCase) || http.Request.Headers.ContentEncoding.Count > 0)
            return Outcomes.Of(StatusCodes.Status415UnsupportedMediaType, "not-supported", "A table is taken here as text/csv in UTF-8, without Content-Encoding");
        var table = await RosterCsv.ReadAsync(http.Request.Body, kind, columns: null, http.RequestAborted);
        if (table.Fault is { } fault)
            return Outcomes.Of(StatusCodes.Status400BadRequest, "invalid", fault);
        var report = await load(table);
        await engine.SettleAsync(http.RequestAborted);
        // Nothing was done where too much would end: the sender confirms with ?yes=true.
        return TypedResults.Json(report, EndpointJson.Default.RosterReport,
            statusCode: report.NeedsConfirmation ? StatusCodes.Status409Conflict : StatusCodes.Status200OK);
    }

    private static bool TryReadFlag(HttpRequest request, string name, out bool value)
    {
        value = false;
        var given = request.Query[name];
        return given.Count == 0 || (given.Count == 1 && bool.TryParse(given[0], out value));
    }
}

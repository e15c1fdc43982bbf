using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Simulation.Access;

namespace FhirGateway.Host.Commands;

/// <summary><c>token</c>: an access token, for curl and scripts.</summary>
internal static class TokenCommand
{
    private const int MostFileBytes = 64 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static Command Create(Session session)
    {
        var command = new Verb("token", "Prints an access token for a client",
            "token bluebird.json",
            "token bluebird.json --scope system/streams.read --server http://127.0.0.1:8080");
        var file = new Argument<string>("CLIENT.json") { Description = "What client add wrote; - reads standard input" };
        var scope = new Option<string?>("--scope") { Description = "Scopes, separated by spaces [default: all that the client has]", HelpName = "S" };
        var server = new Option<string?>("--server") { Description = "Root URL of the gateway [default: as in the file]", HelpName = "URL" };
        command.Add(file);
        command.Add(scope);
        command.Add(server);
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(session, parsed.GetRequiredValue(file), parsed.GetValue(scope), parsed.GetValue(server), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Session session, string file, string? scope, string? server, CancellationToken cancellationToken)
    {
        var bytes = await session.ReadAsync(file, MostFileBytes, cancellationToken);
        using var client = Parse(file, bytes, scope, server);
        using var http = new HttpClient { Timeout = Timeout };
        using var tokens = new AccessTokens(http, client, TimeProvider.System);
        try
        {
            await session.Output.WriteLineAsync(await tokens.GetAsync(cancellationToken));
            return ExitCodes.Fine;
        }
        catch (HttpRequestException e) when (e.StatusCode is not null)
        {
            await session.Error.WriteLineAsync($"{client.TokenEndpoint}: {e.Message}");
            return ExitCodes.Findings;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new VerbFault($"{client.TokenEndpoint} cannot be reached ({e.Message}): is the gateway running? --server URL names another");
        }
    }

    private static ClientFile Parse(string file, byte[] bytes, string? scope, string? server)
    {
        try
        {
            var json = JsonNode.Parse(bytes) as JsonObject ?? throw new FormatException("not a JSON object");
            if (scope is not null)
                json["scope"] = scope;
            if (server is not null)
            {
                var root = Uri.TryCreate(server, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                    ? server.TrimEnd('/')
                    : throw new VerbFault($"--server {server}: not an http or https URL");
                json["base_url"] = root;
                json["token_endpoint"] = root + "/auth/token";
            }

            return ClientFile.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        }
        catch (Exception e) when (e is FormatException or JsonException or CryptographicException or ArgumentException)
        {
            throw new VerbFault($"{file}: no client file as client add writes it ({(e is FormatException ? e.Message : "not readable")}); a client with keys of its own signs its requests itself");
        }
    }
}

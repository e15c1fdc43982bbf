using System.CommandLine;
using System.Text;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary><c>client add|list|remove</c>: credentials for the API.</summary>
internal static class ClientCommand
{
    private const int MostKeySetBytes = 1024 * 1024;

    public static Command Create(Session session)
    {
        var command = new Verb("client", "Credentials for the API");
        var add = new Verb("add", "Adds a client. Without --jwks a key pair is made; its private half is only in CLIENT.json, readable by its owner only",
            "client add --participant bluebird-aco --out bluebird.json",
            "client add --source acme-health --jwks acme-keys.json",
            "client add --source acme-health --jwks https://acme.example/.well-known/jwks.json",
            "client add --source acme-health --external 6f1c2a30-94b7-4d43-8c57-0a3c5a0d8a11",
            "client add --operator --out operator.json");
        var source = new Option<string?>("--source") { Description = "For a source: it may send", HelpName = "ID" };
        var participant = new Option<string?>("--participant") { Description = "For a participant: it may read its own streams", HelpName = "ID" };
        var isOperator = new Option<bool>("--operator") { Description = "For an operator" };
        var jwks = new Option<string?>("--jwks") { Description = "Its public keys, a JSON Web Key Set: a file, or the https URL where it publishes them", HelpName = "FILE|URL" };
        var allow = new Option<string?>("--allow") { Description = "Origin of the key set's URL, to take it over plain HTTP or from a private address", HelpName = "ORIGIN" };
        var external = new Option<string?>("--external") { Description = "Its tokens come from the issuer of section AzureAd: its application (client) or object id there", HelpName = "ID" };
        var output = new Option<string?>("--out") { Description = "Where CLIENT.json is written [default: CLIENT-ID.json]", HelpName = "FILE" };
        foreach (var option in new Option[] { source, participant, isOperator, jwks, allow, external, output })
            add.Add(option);
        add.Validators.Add(result =>
        {
            var given = new Option[] { source, participant, isOperator }.Count(o => result.GetResult(o) is { Implicit: false });
            if (given != 1)
                result.AddError("Say for whom: --source ID, --participant ID or --operator, one of them");
        });
        command.Add(add.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var owner = parsed.GetValue(source) is { } from ? gateway.Source(from).Id : parsed.GetValue(participant) is { } to ? gateway.Participant(to).Id : null;
            var role = parsed.GetValue(source) is not null ? ClientRole.Source : parsed.GetValue(participant) is not null ? ClientRole.Participant : ClientRole.Operator;
            var request = new ClientRequest { Role = role, Owner = owner, ExternalId = parsed.GetValue(external), JwksAllow = parsed.GetValue(allow), BaseUrl = BaseUrl(gateway) };
            if (parsed.GetValue(jwks) is { } keys)
                request = IsUrl(keys) ? request with { JwksUrl = keys } : request with { Jwks = Encoding.UTF8.GetString(await session.ReadAsync(keys, MostKeySetBytes, cancellationToken)) };
            return await AddAsync(session, gateway, request, parsed.GetValue(output), cancellationToken);
        }));
        command.Add(new Verb("list", "Lists the clients", "client list").Runs(session, makes: false, _ => (gateway, _) => ListAsync(session, gateway)));
        command.Add(Remove(session));
        return command;
    }

    private static Command Remove(Session session)
    {
        var remove = new Verb("remove", "Removes a client: it gets no token any more, and those it has are refused", "client remove c-0123456789abcdef");
        var id = new Argument<string>("CLIENT") { Description = "As client list shows it" };
        remove.Add(id);
        return remove.Runs(session, makes: false, parsed => async (gateway, cancellationToken) =>
        {
            var client = parsed.GetRequiredValue(id);
            if (!await new ClientRegistration(gateway.Engine.Store, gateway.Clients, gateway.Engine.Clock).RemoveAsync(client, cancellationToken))
                throw new VerbFault($"There is no client '{client}'; ./gateway client list shows them");
            await session.Error.WriteLineAsync($"Client {client} is removed.");
            return ExitCodes.Fine;
        });
    }

    private static async Task<int> ListAsync(Session session, RunningGateway gateway)
    {
        await TextTable.WriteAsync(session, ["id", "role", "organisation", "scopes", "keys"],
            gateway.Clients.All.Select(c => new[] { c.Id, c.Role.ToString().ToLowerInvariant(), c.Owner ?? "", string.Join(' ', c.Scopes), c.JwksUrl ?? (c.ExternalId is { } external ? "external " + external : "given") }));
        return ExitCodes.Fine;
    }

    private static bool IsUrl(string text) =>
        text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase);

    private static async Task<int> AddAsync(
        Session session, RunningGateway gateway, ClientRequest request, string? output, CancellationToken cancellationToken)
    {
        // Seen before a key is made that could not be kept.
        if (output is not null && File.Exists(session.PathOf(output)))
            throw new VerbFault($"{output}: exists already; nothing is overwritten. Choose another --out");
        if (output is not null && !Directory.Exists(Path.GetDirectoryName(session.PathOf(output))))
            throw new VerbFault($"{output}: its folder does not exist; make it first");
        var registration = new ClientRegistration(gateway.Engine.Store, gateway.Clients, gateway.Engine.Clock);
        var added = await registration.AddAsync(request, cancellationToken);
        if (!added.IsAdded)
            throw new VerbFault($"The client was not added: {added.Fault}");
        var file = session.PathOf(output ?? added.Client.Id + ".json");
        OwnerOnlyFile.Write(file, added.ClientFile);
        await session.Output.WriteLineAsync(added.Client.Id);
        var hasKey = request is { Jwks: null, JwksUrl: null, ExternalId: null };
        await session.Error.WriteLineAsync($"Client {added.Client.Id} is added; {file} says how to use it{(hasKey ? " and holds its private key: keep it safe" : "")}.");
        if (added.Warning is { } warning)
            await session.Error.WriteLineAsync("Warning: " + warning);
        return ExitCodes.Fine;
    }

    private static Uri BaseUrl(RunningGateway gateway)
    {
        if (gateway.Address is { } served)
            return served;
        var http = Settings.Read().Http;
        return new Uri(http.PublicUrl ?? "http://" + http.Address);
    }
}

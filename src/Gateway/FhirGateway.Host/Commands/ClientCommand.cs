using System.CommandLine;
using System.Text;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary><c>client add</c>: credentials for the API.</summary>
internal static class ClientCommand
{
    private const int MostKeySetBytes = 1024 * 1024;

    public static Command Create(Session session)
    {
        var command = new Verb("client", "Credentials for the API");
        var add = new Verb("add", "Adds a client. Without --jwks a key pair is made; its private half is only in CLIENT.json, readable by its owner only",
            "client add --participant bluebird-aco --out bluebird.json",
            "client add --source acme-health --jwks acme-keys.json",
            "client add --operator --out operator.json");
        var source = new Option<string?>("--source") { Description = "For a source: it may send", HelpName = "ID" };
        var participant = new Option<string?>("--participant") { Description = "For a participant: it may read its own streams", HelpName = "ID" };
        var isOperator = new Option<bool>("--operator") { Description = "For an operator" };
        var jwks = new Option<string?>("--jwks") { Description = "Its public keys, a JSON Web Key Set", HelpName = "FILE" };
        var output = new Option<string?>("--out") { Description = "Where CLIENT.json is written [default: CLIENT-ID.json]", HelpName = "FILE" };
        foreach (var option in new Option[] { source, participant, isOperator, jwks, output })
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
            var keys = parsed.GetValue(jwks) is { } path ? Encoding.UTF8.GetString(await session.ReadAsync(path, MostKeySetBytes, cancellationToken)) : null;
            return await AddAsync(session, gateway, new ClientRequest { Role = role, Owner = owner, Jwks = keys, BaseUrl = BaseUrl(gateway) }, parsed.GetValue(output), cancellationToken);
        }));
        return command;
    }

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
        await session.Error.WriteLineAsync($"Client {added.Client.Id} is added; {file} says how to use it{(request.Jwks is null ? " and holds its private key: keep it safe" : "")}.");
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

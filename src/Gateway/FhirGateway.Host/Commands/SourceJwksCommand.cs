using System.CommandLine;
using FhirGateway.Adapters.Smart;

namespace FhirGateway.Host.Commands;

/// <summary><c>source jwks</c>: the public keys that a source registers for us.</summary>
internal static class SourceJwksCommand
{
    public static Command Create(Session session)
    {
        var command = new Verb("jwks", "Prints the JWKS that a source registers for the gateway as its client; makes a key (EC P-384, RS384 with --rsa) where none is configured",
            "source jwks acme-health > out/gateway-at-acme.jwks.json");
        var id = new Argument<string>("ID") { Description = "The source" };
        var rsa = new Option<bool>("--rsa") { Description = "Makes an RSA key as well, for servers that know RS384 only" };
        command.Add(id);
        command.Add(rsa);
        return command.Runs(session, makes: false, parsed => async (gateway, _) =>
        {
            var source = gateway.Source(parsed.GetRequiredValue(id));
            var path = source.Connection.KeyFile ?? ClientSigningKeys.PathOf(gateway.Engine.DataDirectory, source.Id);
            using var keys = Open(path, source.Connection.KeyFile is null, parsed.GetValue(rsa), out var made);
            if (made)
                await session.Error.WriteLineAsync($"A key is made: {path}, readable by its owner only. Register the JWKS with {source.Id}, then: source set {source.Id} --client-id ID");
            await session.Output.WriteLineAsync(keys.PublicJwks());
            return ExitCodes.Fine;
        });
    }

    private static ClientSigningKeys Open(string path, bool mayMake, bool withRsa, out bool made)
    {
        made = mayMake && !File.Exists(path);
        return made ? ClientSigningKeys.Create(path, withRsa) : ClientSigningKeys.Read(path);
    }
}

using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary>The options of <c>source set</c> about who sends messages: by which certificates they come, and what becomes of a control id that is used again.</summary>
internal sealed class SenderOptions
{
    private const long MostBytes = 1024 * 1024;

    public Option<string[]> Certificate { get; } = new("--certificate")
    {
        Description = "Certificate with which its messages come over TLS: a file, or " + CertificateName.Form + "; again for more; replaces those known",
        HelpName = "FILE|NAME",
        DefaultValueFactory = _ => [],
    };

    public Option<string?> ChangedRepeat { get; } = new Option<string?>("--changed-repeat")
    {
        Description = "What becomes of a known MSH-10 over other bytes: a new message, or AE [default: accept]",
    }.AcceptOnlyFromAmong("accept", "refuse");

    public void AddTo(Command command)
    {
        command.Add(Certificate);
        command.Add(ChangedRepeat);
    }

    /// <summary>The settings as they are from now on. Only what is given changes.</summary>
    public async Task<MessageFeed> ChangedAsync(Session session, ParseResult parsed, MessageFeed known, CancellationToken cancellationToken)
    {
        var feed = known;
        var given = parsed.GetValue(Certificate)!;
        if (given.Length > 0)
        {
            var names = ImmutableArray.CreateBuilder<string>();
            foreach (var text in given)
                names.Add(CertificateName.Parse(text) ?? await OfFileAsync(session, text, cancellationToken));
            feed = feed with { Certificates = [.. names.Distinct(StringComparer.Ordinal)] };
        }

        return feed with
        {
            RefusesChangedRepeats = parsed.GetValue(ChangedRepeat) is { } repeat ? repeat == "refuse" : feed.RefusesChangedRepeats,
        };
    }

    private static async Task<string> OfFileAsync(Session session, string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(session.PathOf(path)))
            throw new VerbFault($"--certificate {path}: neither a file nor {CertificateName.Form}");
        X509Certificate2Collection all;
        try
        {
            all = CertificateFile.Read(await session.ReadAsync(path, MostBytes, cancellationToken));
        }
        catch (InvalidDataException e)
        {
            throw new VerbFault($"--certificate {path}: {e.Message}");
        }

        // The first is the sender's own; what follows leads to its authority.
        var own = all[0];
        var name = SenderCertificate.PinsOf(own)[0];
        await session.Error.WriteLineAsync($"{path} is {name}, good until {own.NotAfter.ToUniversalTime():yyyy-MM-dd}.");
        return name;
    }
}

using System.Collections.Immutable;
using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using FhirGateway.Adapters.Mllp;
using FhirGateway.Hl7v2;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary>The options of <c>source set</c> about messages: by which certificates they come, how they are read and answered.</summary>
internal sealed class SourceFeedOptions
{
    private const long MostBytes = 1024 * 1024;

    public Option<string[]> Certificate { get; } = new("--certificate")
    {
        Description = "Certificate with which its messages come over TLS: a file, or " + CertificateName.Form + "; again for more; replaces those known",
        HelpName = "FILE|NAME",
        DefaultValueFactory = _ => [],
    };

    public Option<string?> Charset { get; } = new("--charset") { Description = "Character set of its messages, whatever MSH-18 says", HelpName = "NAME" };
    public Option<string?> DefaultCharset { get; } = new("--default-charset")
    {
        Description = "Character set of messages that name none and are not UTF-8 [default: windows-1252]",
        HelpName = "NAME",
    };

    public Option<string?> ChangedRepeat { get; } = new Option<string?>("--changed-repeat")
    {
        Description = "What becomes of a known MSH-10 over other bytes: a new message, or AE [default: accept]",
    }.AcceptOnlyFromAmong("accept", "refuse");

    public IEnumerable<Option> All => [Certificate, Charset, DefaultCharset, ChangedRepeat];

    /// <summary>What <c>--clear</c> may name.</summary>
    public static bool Clears(string name) => name is "certificate" or "charset" or "default-charset";

    /// <summary>The settings as they are from now on. Only what is given changes.</summary>
    public async Task<MessageFeed> ChangedAsync(Session session, ParseResult parsed, MessageFeed known, IEnumerable<string> cleared, CancellationToken cancellationToken)
    {
        var feed = cleared.Aggregate(known, static (f, name) => name switch
        {
            "certificate" => f with { Certificates = [] },
            "charset" => f with { Charset = null },
            _ => f with { FallbackCharset = null },
        });
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
            Charset = Known("--charset", parsed.GetValue(Charset)) ?? feed.Charset,
            FallbackCharset = Known("--default-charset", parsed.GetValue(DefaultCharset)) ?? feed.FallbackCharset,
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

    private static string? Known(string option, string? charset) => charset is null || Hl7Charset.IsKnown(charset)
        ? charset
        : throw new VerbFault($"{option} {charset}: not a character set that is known here; write it as MSH-18 would, such as UNICODE UTF-8 or 8859/1");
}

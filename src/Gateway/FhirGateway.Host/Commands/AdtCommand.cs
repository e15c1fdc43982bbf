using System.CommandLine;
using FhirGateway.Adapters.Mllp;

namespace FhirGateway.Host.Commands;

/// <summary><c>adt send</c>: an MLLP sender for onboarding and load tests.</summary>
internal static class AdtCommand
{
    private const long MostBytes = 1L << 30;
    private const long MostCertificateBytes = 1 << 20;

    public static Command Create(Session session)
    {
        var command = new Verb("adt", "HL7v2 ADT messages");
        var options = new AdtSendOptions();
        var send = new Verb("send", "Sends the messages of a file over MLLP and prints each control id and its acknowledgement; at the end, on standard error, how many got which, and how fast",
            "adt send admit.hl7 --to 127.0.0.1:2575",
            "adt send admit.hl7 --to gateway.hie.example:2576 --tls --ca hie-ca.pem --certificate st-mary.pem --key st-mary.key",
            "adt send day.hl7 --to 127.0.0.1:2575 --connections 8 --rate 200 --repeat 100 --new-ids --summary");
        options.AddTo(send);
        send.SetAction((parsed, cancellationToken) => RunAsync(session, parsed, options, cancellationToken));
        command.Add(send);
        return command;
    }

    private static async Task<int> RunAsync(Session session, ParseResult parsed, AdtSendOptions options, CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(session, parsed, options, cancellationToken);
        var sender = new AdtSender(plan, session.Output, TimeProvider.System);
        var report = await sender.RunAsync(cancellationToken);
        await session.Error.WriteLineAsync(report.Text(plan.To));
        return report.IsFine ? ExitCodes.Fine : ExitCodes.Findings;
    }

    private static async Task<AdtSendPlan> PlanAsync(Session session, ParseResult parsed, AdtSendOptions options, CancellationToken cancellationToken)
    {
        var (file, to) = (parsed.GetRequiredValue(options.File), parsed.GetRequiredValue(options.To));
        var colon = to.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(to.AsSpan(colon + 1), out var port) || port == 0)
            throw new VerbFault($"--to {to}: not HOST:PORT, such as 127.0.0.1:2575");
        Range("--connections", parsed.GetValue(options.Connections), 1, 1000);
        Range("--rate", parsed.GetValue(options.Rate), 0, 100_000);
        Range("--repeat", parsed.GetValue(options.Repeat), 1, 10_000_000);
        Range("--timeout", parsed.GetValue(options.Timeout), 1, 3600);
        var tls = await TlsAsync(session, parsed, options, cancellationToken);
        var messages = Hl7v2.MessageFile.Split(await session.ReadAsync(file, MostBytes, cancellationToken));
        if (messages.IsEmpty)
            throw new VerbFault($"{file}: holds no message");
        return new AdtSendPlan
        {
            Messages = messages,
            To = to,
            Host = to[..colon].Trim('[', ']'),
            Port = port,
            Connections = parsed.GetValue(options.Connections),
            PerSecond = parsed.GetValue(options.Rate),
            Repeat = parsed.GetValue(options.Repeat),
            NewIds = parsed.GetValue(options.NewIds),
            SummaryOnly = parsed.GetValue(options.Summary),
            Timeout = TimeSpan.FromSeconds(parsed.GetValue(options.Timeout)),
            Tls = tls,
        };
    }

    private static async Task<MllpClientTls?> TlsAsync(Session session, ParseResult parsed, AdtSendOptions options, CancellationToken cancellationToken)
    {
        var (ca, certificate, key) = (parsed.GetValue(options.Ca), parsed.GetValue(options.Certificate), parsed.GetValue(options.Key));
        if (!parsed.GetValue(options.Tls))
        {
            return ca is null && certificate is null && key is null
                ? null
                : throw new VerbFault("--ca, --certificate and --key are for a connection with TLS: add --tls");
        }

        if (key is not null && certificate is null)
            throw new VerbFault("--key without --certificate: name the certificate that it belongs to");
        var at = ca ?? "";
        try
        {
            var authorities = ca is null ? null : CertificateFile.Read(await session.ReadAsync(ca, MostCertificateBytes, cancellationToken));
            at = certificate ?? "";
            var own = certificate is null ? null : CertificateFile.ReadWithKey(
                await session.ReadAsync(certificate, MostCertificateBytes, cancellationToken),
                key is null ? null : await session.ReadAsync(key, MostCertificateBytes, cancellationToken),
                Password(parsed.GetValue(options.PasswordFile) is { } file ? await session.ReadAsync(file, MostCertificateBytes, cancellationToken) : null));
            return new MllpClientTls { Authorities = authorities, Certificate = own };
        }
        catch (InvalidDataException e)
        {
            throw new VerbFault($"{at}: {e.Message}");
        }
    }

    private static string? Password(byte[]? content) => content is null ? null : System.Text.Encoding.UTF8.GetString(content).TrimEnd('\r', '\n');

    private static void Range(string option, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
            throw new VerbFault($"{option} {value}: a number from {least} to {most}");
    }
}

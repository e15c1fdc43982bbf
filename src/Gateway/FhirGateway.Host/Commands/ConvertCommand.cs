using System.CommandLine;
using System.Text;
using FhirGateway.Hl7v2;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Host.Commands;

/// <summary><c>convert</c>: HL7v2 to FHIR bundles, without a store.</summary>
internal static class ConvertCommand
{
    private const long MostBytes = 1L << 30;

    public static Command Create(Session session)
    {
        var command = new Verb("convert", "Converts HL7v2 ADT messages, one or many in a file, to FHIR R4 message Bundles as NDJSON",
            "convert admit.hl7",
            "convert batch.hl7 --source st-mary --time-zone America/Chicago > bundles.ndjson",
            "convert - < admit.hl7");
        var files = new Argument<string[]>("FILE") { Description = "Messages, MLLP frames or batches; - reads standard input", Arity = ArgumentArity.OneOrMore };
        var source = new Option<string>("--source") { Description = "Id of the source, from which ids are made", HelpName = "ID", DefaultValueFactory = _ => "convert" };
        var zone = new Option<string>("--time-zone") { Description = "IANA zone of times without offset", HelpName = "ZONE", DefaultValueFactory = _ => AdtFeedSettings.DefaultZone };
        command.Add(files);
        command.Add(source);
        command.Add(zone);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(parsed.GetValue(zone)!, out var found))
                throw new VerbFault($"--time-zone {parsed.GetValue(zone)}: no zone of that name is known here; use an IANA name such as America/Chicago");
            var settings = new AdtFeedSettings { Source = parsed.GetValue(source)!, Zone = found };
            var exit = ExitCodes.Fine;
            foreach (var file in parsed.GetRequiredValue(files))
                exit = Math.Max(exit, await ConvertAsync(session, file, settings, cancellationToken));
            return exit;
        });
        return command;
    }

    private static async Task<int> ConvertAsync(Session session, string file, AdtFeedSettings settings, CancellationToken cancellationToken)
    {
        var messages = MessageFile.Split(await session.ReadAsync(file, MostBytes, cancellationToken));
        if (messages.IsEmpty)
            throw new VerbFault($"{file}: holds no message");
        var exit = ExitCodes.Fine;
        for (var i = 0; i < messages.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var converted = AdtConverter.Convert(messages[i], settings);
            foreach (var adt in converted.Events)
                await WriteAsync(session, adt, $"{file}: message {i + 1}{(converted.Events.Length > 1 ? $", patient {adt.Group + 1}" : "")}");
            if (converted.Reason is null)
                continue;
            var rest = converted.Events.IsEmpty ? "" : " (what it says of the patient was converted)";
            await session.Error.WriteLineAsync($"{file}: message {i + 1}: {converted.Reason}{(converted.Path is { } path ? " at " + path : "")}{rest}");
            exit = ExitCodes.Findings;
        }

        return exit;
    }

    private static async Task WriteAsync(Session session, AdtEvent adt, string where)
    {
        await session.Output.WriteLineAsync(Encoding.UTF8.GetString(adt.Bundle.Span));
        foreach (var issue in adt.Issues)
            await session.Error.WriteLineAsync($"{where}: {issue.Location}: {issue.Code} (converted without it)");
    }
}

using System.CommandLine;
using System.Text.Json;
using FhirGateway.Adapters.Csv;
using FhirGateway.Attributions;

namespace FhirGateway.Host.Commands;

/// <summary>What the verbs that load a CSV file share: reading it and printing what became of it.</summary>
internal static class TableInput
{
    private const int MostMapBytes = 64 * 1024;

    public static Option<string?> ColumnsOption() => new("--columns")
    {
        Description = "JSON object from our column names to the file's, such as {\"member_id\":\"MemberNumber\"}",
        HelpName = "MAP.json",
    };

    public static Argument<string> FileArgument() => new("FILE.csv") { Description = "UTF-8, comma-separated, with a header; - reads standard input" };

    public static async Task<RosterFile> ReadAsync(Session session, string path, RosterKind kind, string? columns, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string>? map = null;
        if (columns is not null)
        {
            map = ColumnMap.TryRead(await session.ReadAsync(columns, MostMapBytes, cancellationToken), out var wrong);
            if (map is null)
                throw new VerbFault($"{columns}: {wrong}");
        }

        await using var content = session.Open(path);
        var file = await RosterCsv.ReadAsync(content, kind, map, cancellationToken);
        return file.Fault is null ? file : throw new VerbFault($"{path}: {file.Fault}");
    }

    public static async Task<int> ReportAsync(Session session, RunningGateway gateway, RosterReport report, CancellationToken cancellationToken)
    {
        await gateway.Engine.SettleAsync(cancellationToken);
        await session.Output.WriteLineAsync(JsonSerializer.Serialize(report, CommandJson.Default.RosterReport));
        if (report.Rejected.IsEmpty)
            return ExitCodes.Fine;
        await session.Error.WriteLineAsync($"{report.Rejected.Length} rows were rejected; the others are in force. Correct them and load the file again.");
        return ExitCodes.Findings;
    }
}

using Spectre.Console;

namespace FhirGateway.Host.Commands;

/// <summary>Rows for a person as a table, for a program as tab-separated lines with a header.</summary>
internal static class TextTable
{
    public static async Task WriteAsync(Session session, string[] header, IEnumerable<string[]> rows)
    {
        if (session.HasTerminal)
        {
            Draw(header, rows);
            return;
        }

        await session.Output.WriteLineAsync(string.Join('\t', header));
        foreach (var row in rows)
            await session.Output.WriteLineAsync(string.Join('\t', row.Select(c => c.Replace('\t', ' ').Replace('\n', ' '))));
    }

    private static void Draw(string[] header, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var name in header)
            table.AddColumn(Markup.Escape(name));
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }
}

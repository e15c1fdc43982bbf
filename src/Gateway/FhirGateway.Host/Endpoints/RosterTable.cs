using System.Globalization;
using FhirGateway.Attributions;
using FhirGateway.Normalization;

namespace FhirGateway.Host.Endpoints;

/// <summary>A roster, panel or opt-out file as rows: what could be read, and why the rest could not, without its values.</summary>
/// <param name="Rows">Rows to take, in order.</param>
/// <param name="Rejected">Rows that cannot be taken.</param>
public sealed record RosterTable(IReadOnlyList<RosterRow> Rows, IReadOnlyList<RejectedRow> Rejected)
{
    private const string MbiSystem = "http://hl7.org/fhir/sid/us-mbi";

    /// <summary>Columns member_id, family, given, birth_date, sex, zip, participant, start, end, local_id, contract, line_of_business, tin, npi, as_of.</summary>
    /// <exception cref="InvalidDataException">The file is no CSV, or a needed column is missing.</exception>
    public static Task<RosterTable> ReadRosterAsync(Stream csv, CancellationToken cancellationToken) =>
        ReadAsync(csv, "member_id", ["member_id", "family", "given", "birth_date", "start"], static (row, _) => row, cancellationToken);

    /// <summary>Columns local_id, family, given, birth_date, sex, zip, mbi, phone.</summary>
    /// <exception cref="InvalidDataException">The file is no CSV, or a needed column is missing.</exception>
    public static Task<RosterTable> ReadPanelAsync(Stream csv, CancellationToken cancellationToken) =>
        ReadAsync(csv, "local_id", ["local_id", "family", "given", "birth_date"], static (row, _) => row, cancellationToken);

    /// <summary>Columns member_id, participant (empty: all), status (opt-out or revoked), date.</summary>
    /// <exception cref="InvalidDataException">The file is no CSV, or a needed column is missing.</exception>
    public static Task<RosterTable> ReadOptOutsAsync(Stream csv, CancellationToken cancellationToken) =>
        ReadAsync(csv, "member_id", ["member_id", "status"], static (row, fields) =>
        {
            row = row with { OptedOut = fields.Choice("status", ("opt-out", true), ("revoked", false)), AsOf = fields.Day("date") ?? row.AsOf };
            return row;
        }, cancellationToken);

    private static async Task<RosterTable> ReadAsync(
        Stream csv, string key, string[] needed, Func<RosterRow, Fields, RosterRow> complete, CancellationToken cancellationToken)
    {
        using var records = new CsvRecords(csv);
        if (await records.ReadAsync(cancellationToken) is not { } header)
            throw new InvalidDataException("the file is empty: a header line is needed");
        var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < header.Fields.Count; i++)
        {
            if (!columns.TryAdd(header.Fields[i].Trim(), i))
                throw new InvalidDataException($"line {header.Line}: two columns have the same name, the second is column {i + 1}");
        }

        if (Array.Find(needed, n => !columns.ContainsKey(n)) is { } missing)
            throw new InvalidDataException($"line {header.Line}: the column '{missing}' is missing");
        var rows = new List<RosterRow>();
        var rejected = new List<RejectedRow>();
        while (await records.ReadAsync(cancellationToken) is { } record)
        {
            var fields = new Fields(columns, record.Fields);
            var row = complete(Read(fields, key, record.Line), fields);
            if (record.Fields.Count != header.Fields.Count)
                rejected.Add(new RejectedRow(record.Line, "", $"{record.Fields.Count} fields and not {header.Fields.Count}"));
            else if (fields.Fault is { } fault)
                rejected.Add(new RejectedRow(record.Line, fault.Column, fault.Reason));
            else
                rows.Add(row);
        }

        return new RosterTable(rows, rejected);
    }

    private static RosterRow Read(Fields fields, string key, int line) => new()
    {
        Line = line,
        Key = fields.Needed(key),
        Facts = new PatientFacts
        {
            Family = fields.Text("family"),
            Given = fields.Text("given"),
            BirthDate = fields.Day("birth_date"),
            Sex = fields.Sex(),
            PostalCode = fields.Text("zip"),
            Phone = fields.Text("phone"),
            Identifiers = fields.Text("mbi") is { } mbi ? [new PatientIdentifier(MbiSystem, mbi, "MC", null)] : [],
        },
        Participant = fields.Text("participant"),
        Start = fields.Day("start"),
        End = fields.Day("end"),
        LocalId = fields.Text("local_id"),
        Contract = fields.Text("contract"),
        LineOfBusiness = fields.Text("line_of_business"),
        Tin = fields.Text("tin"),
        Npi = fields.Text("npi"),
        AsOf = fields.Day("as_of"),
    };

    public override string ToString() => $"RosterTable({Rows.Count} rows, {Rejected.Count} rejected)";

    /// <summary>The fields of one row by column; remembers its first fault.</summary>
    private sealed class Fields(Dictionary<string, int> columns, List<string> values)
    {
        private const int MostCharacters = 255;

        public (string Column, string Reason)? Fault { get; private set; }

        public string? Text(string column)
        {
            if (!columns.TryGetValue(column, out var index) || index >= values.Count || values[index].Trim() is not { Length: > 0 } text)
                return null;
            if (text.Length <= MostCharacters && !text.Any(char.IsControl))
                return text;
            Fault ??= (column, text.Length > MostCharacters ? $"longer than {MostCharacters} characters" : "holds a control character");
            return null;
        }

        public string Needed(string column)
        {
            if (Text(column) is { } text)
                return text;
            Fault ??= (column, "missing");
            return "";
        }

        public DateOnly? Day(string column)
        {
            if (Text(column) is not { } text)
                return null;
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                return day;
            Fault ??= (column, "not a date in the form YYYY-MM-DD");
            return null;
        }

        public bool Choice(string column, (string Word, bool Means) one, (string Word, bool Means) other)
        {
            var text = Needed(column);
            if (string.Equals(text, one.Word, StringComparison.OrdinalIgnoreCase))
                return one.Means;
            if (!string.Equals(text, other.Word, StringComparison.OrdinalIgnoreCase))
                Fault ??= (column, $"neither '{one.Word}' nor '{other.Word}'");
            return other.Means;
        }

        public string? Sex()
        {
            switch (Text("sex")?.ToUpperInvariant())
            {
                case null:
                    return null;
                case "F" or "FEMALE":
                    return "female";
                case "M" or "MALE":
                    return "male";
                case "O" or "OTHER":
                    return "other";
                case "U" or "UNKNOWN":
                    return "unknown";
                default:
                    Fault ??= ("sex", "not one of female, male, other, unknown (F, M, O, U)");
                    return null;
            }
        }
    }
}

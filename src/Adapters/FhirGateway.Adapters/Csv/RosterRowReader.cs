using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Attributions;
using FhirGateway.Normalization;

namespace FhirGateway.Adapters.Csv;

/// <summary>Makes a row of its cells, or says which column is at fault.</summary>
internal sealed class RosterRowReader(RosterKind kind, RosterColumns columns)
{
    private const int MostValueCharacters = 512;
    private const int OldestYear = 1850;
    private const string MbiSystem = "http://hl7.org/fhir/sid/us-mbi";
    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyyMMdd", "M/d/yyyy"];
    private readonly ImmutableArray<string> names = RosterColumns.Of(kind);
    private IReadOnlyList<string> cells = [];
    private (string Column, string Reason)? fault;

    public (RosterRow? Row, RejectedRow? Rejected) Read(int line, IReadOnlyList<string> record, bool badQuotes)
    {
        cells = record;
        fault = badQuotes ? ("", "a quote inside an unquoted field, or one that is never closed") : null;
        if (record.Count > columns.Count)
            Fail("", $"{record.Count} cells, but the header names {columns.Count} columns");
        CheckText();
        var row = fault is null ? Row(line) : null;
        return fault is { } wrong ? (null, new RejectedRow(line, wrong.Column, wrong.Reason) { Key = Text(kind == RosterKind.Panel ? "local_id" : "member_id") }) : (row, null);
    }

    private RosterRow Row(int line) => new()
    {
        Line = line,
        Key = Required(kind == RosterKind.Panel ? "local_id" : "member_id"),
        Facts = new PatientFacts
        {
            Family = Text("family"),
            Given = Text("given"),
            BirthDate = Date("birth_date"),
            Sex = Sex(),
            PostalCode = Text("zip"),
            Phone = Text("phone"),
            Identifiers = Text("mbi") is { } mbi
                ? [new PatientIdentifier(MbiSystem, mbi.Replace("-", "", StringComparison.Ordinal).ToUpperInvariant(), "MC", null)]
                : [],
        },
        Participant = Text("participant"),
        Start = kind == RosterKind.Roster ? RequiredDate("start") : null,
        End = Date("end"),
        LocalId = Text("local_id"),
        Contract = Text("contract"),
        LineOfBusiness = Text("line_of_business"),
        Tin = Text("tin"),
        Npi = Text("npi"),
        AsOf = Date(kind == RosterKind.OptOut ? "date" : "as_of"),
        OptedOut = kind == RosterKind.OptOut && IsOptOut(),
    };

    private void CheckText()
    {
        foreach (var name in names)
        {
            if (Text(name) is not { } text)
                continue;
            if (text.Length > MostValueCharacters)
                Fail(name, $"longer than {MostValueCharacters} characters");
            else if (text.AsSpan().ContainsAnyInRange('\0', '\u001f'))
                Fail(name, "a NUL or another control character");
        }
    }

    private string? Text(string name)
    {
        var place = columns.PlaceOf(name);
        if (place < 0 || place >= cells.Count)
            return null;
        var text = cells[place].Trim();
        return text.Length == 0 ? null : text;
    }

    private string Required(string name)
    {
        if (Text(name) is { } text)
            return text;
        Fail(name, "empty");
        return "";
    }

    private DateOnly? RequiredDate(string name)
    {
        if (Text(name) is null)
            Fail(name, "empty");
        return Date(name);
    }

    private DateOnly? Date(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year >= OldestYear)
            return date;
        Fail(name, "not a date; write yyyy-MM-dd");
        return null;
    }

    private string? Sex()
    {
        switch (Text("sex")?.ToLowerInvariant())
        {
            case null:
                return null;
            case "m" or "male":
                return "male";
            case "f" or "female":
                return "female";
            case "o" or "other" or "x":
                return "other";
            case "u" or "unknown" or "unk":
                return "unknown";
            default:
                Fail("sex", "unknown; write male, female, other or unknown");
                return null;
        }
    }

    private bool IsOptOut()
    {
        switch (Text("status")?.ToLowerInvariant())
        {
            case null or "opt-out" or "opted-out" or "optout" or "yes" or "true":
                return true;
            case "revoked" or "no" or "false":
                return false;
            default:
                Fail("status", "unknown; write opt-out or revoked");
                return true;
        }
    }

    private void Fail(string column, string reason) => fault ??= (column, reason);
}

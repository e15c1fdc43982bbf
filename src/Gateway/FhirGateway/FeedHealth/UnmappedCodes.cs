using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Hl7v2;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.FeedHealth;

/// <summary>
/// Reads which codes of a message were in no table, and what was wrong with its other fields. The code of a local table is no PHI; whatever might be a name, an identifier or
/// free text is, so that only fields known to hold codes are read, and only what looks like a code is kept.
/// </summary>
public static class UnmappedCodes
{
    private const int MostLength = 20;
    private const string Elsewhere = "other";

    /// <summary>More digits in a row may be an identifier in the wrong field.</summary>
    private const int MostDigits = 5;

    /// <summary>Fields whose values come from a table. Every other field is counted without its value.</summary>
    private static readonly FrozenSet<string> Coded = FrozenSet.ToFrozenSet(
    [
        "PID-8", "PID-10", "PID-15", "PID-16", "PID-17", "PID-22", "PID-24", "PID-26", "PID-27", "PID-28", "PID-30", "PID-32", "PID-35", "PID-36",
        "PD1-1", "PD1-2", "PD1-5", "PD1-6", "PD1-7", "PD1-11", "PD1-12", "PD1-16",
        "PV1-2", "PV1-4", "PV1-10", "PV1-12", "PV1-13", "PV1-14", "PV1-15", "PV1-16", "PV1-18", "PV1-20", "PV1-22", "PV1-36", "PV1-37", "PV1-38", "PV1-40", "PV1-41",
        "PV2-2", "PV2-7", "PV2-18", "PV2-21", "PV2-22", "PV2-24", "PV2-25", "PV2-27", "PV2-28", "PV2-30", "PV2-36", "PV2-38",
        "NK1-3", "NK1-7", "NK1-14", "NK1-15", "NK1-36", "GT1-11", "IN1-15", "IN1-17", "IN1-43", "IN1-47", "ROL-3", "ROL-9", "ROL-10",
        "DG1-2", "DG1-6", "DG1-15", "DG1-17", "PR1-6", "PR1-14", "AL1-2", "AL1-4", "IAM-2", "IAM-4", "IAM-9", "OBX-2", "OBX-8", "OBX-11", "ACC-2",
    ], StringComparer.Ordinal);

    public static ImmutableArray<UnmappedCode> Of(Hl7Message message, ImmutableArray<AdtIssue> issues)
    {
        ImmutableArray<UnmappedCode>.Builder? found = null;
        foreach (var issue in issues)
        {
            if (issue.Code == AdtIssueCodes.UnmappedCode)
                (found ??= ImmutableArray.CreateBuilder<UnmappedCode>()).Add(Read(message, issue.Location));
        }

        return found?.ToImmutable() ?? [];
    }

    /// <summary>What else was wrong with fields, each kind once a message and field.</summary>
    public static ImmutableArray<FieldFault> FaultsOf(ImmutableArray<AdtIssue> issues)
    {
        var found = ImmutableArray<FieldFault>.Empty;
        foreach (var issue in issues)
        {
            var fault = new FieldFault(Parse(issue.Location) is var (segment, _, field) ? PlaceOf(segment, field) : Elsewhere, issue.Code);
            if (issue.Code != AdtIssueCodes.UnmappedCode && !found.Contains(fault))
                found = found.Add(fault);
        }

        return found;
    }

    private static string PlaceOf(string segment, int field) => $"{segment}-{field.ToString(CultureInfo.InvariantCulture)}";

    private static UnmappedCode Read(Hl7Message message, string location)
    {
        if (Parse(location) is not var (segment, number, field))
            return new UnmappedCode(Elsewhere, "");
        var place = PlaceOf(segment, field);
        if (!Coded.Contains(place))
            return new UnmappedCode(place, "");
        var at = message.First(segment);
        for (var i = 1; i < number && at.Exists; i++)
            at = at.NextSame();
        var value = at.Field(field);
        var repetitions = 0;
        foreach (var _ in value.Repetitions)
            repetitions++;
        // Of several, the issue does not say which one it was.
        return new UnmappedCode(place, repetitions == 1 && value.TextOf(1) is { } code && IsCode(code) ? code : "");
    }

    /// <summary>PV1-36, DG1[2]-6, PID-10.1.</summary>
    private static (string Segment, int Number, int Field)? Parse(string location)
    {
        var dash = location.IndexOf('-', StringComparison.Ordinal);
        if (dash < 3 || location.Length > 30)
            return null;
        var number = 1;
        if (dash > 3 && (location[3] != '[' || location[dash - 1] != ']' || !TryNumber(location.AsSpan(4, dash - 5), out number)))
            return null;
        var field = location.AsSpan(dash + 1);
        if (field.IndexOfAny('.', '[', '(') is >= 0 and var end)
            field = field[..end];
        return TryNumber(field, out var n) && number is > 0 and < 1000 && n is > 0 and < 200 ? (location[..3], number, n) : null;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool IsCode(string text)
    {
        if (text.Length > MostLength)
            return false;
        var digits = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '/' or '+' or ' '))
                return false;
            digits = char.IsAsciiDigit(c) ? digits + 1 : 0;
            if (digits > MostDigits)
                return false;
        }

        return true;
    }
}

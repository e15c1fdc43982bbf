using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Normalization;

/// <summary>
/// Reads what an ExplanationOfBenefit says of its place in the life of a claim; of a Claim or ClaimResponse, which tell of a claim
/// before it is paid, only that it is expected. Reusable, one per worker, not thread-safe.
/// </summary>
internal sealed class ClaimFactsReader
{
    private readonly List<ClaimKey> keys = [];
    private JsonTape tape = new();
    private ClaimRules rules = ClaimRules.Default;
    private bool isVoidByCode;
    private bool isDeniedByCode;
    private byte codeOrder;
    private int shape;

    /// <summary>Whether resources of the type tell of claims.</summary>
    public static bool IsOfClaims(string type) => type is "ExplanationOfBenefit" or "Claim" or "ClaimResponse";

    /// <summary>Whether it is a prior authorization or an estimate: no claim, whatever amounts are in it.</summary>
    public static bool IsPreauthorization(JsonTape tape)
    {
        var use = tape.Find(0, "use"u8);
        if (tape.IsString(use) && (tape.Bytes(use).SequenceEqual("preauthorization"u8) || tape.Bytes(use).SequenceEqual("predetermination"u8)))
            return true;
        var profiles = tape.Find(tape.Find(0, "meta"u8), "profile"u8);
        foreach (var profile in tape.Items(profiles))
            if (tape.IsString(profile) && tape.Bytes(profile).IndexOf("pdex-priorauthorization"u8) >= 0)
                return true;
        return false;
    }

    public ClaimFacts Read(JsonTape resource, string type, ServicePeriod service, ClaimRules of)
    {
        tape = resource;
        rules = of;
        keys.Clear();
        isVoidByCode = isDeniedByCode = false;
        codeOrder = 0;
        shape = 0;
        ReadIdentifiers(service);
        ReadExtensions();
        ReadRelated();
        ReadSupportingInfo();
        ReadCodings(tape.Find(tape.Find(0, "type"u8), "coding"u8));
        var amount = Amount();
        var isEob = type == "ExplanationOfBenefit";
        var cancelled = Is(tape.Find(0, "status"u8), "cancelled"u8);
        var reading = Reading(isEob, cancelled, amount);
        return new ClaimFacts
        {
            Reading = reading,
            IsSoftVoid = cancelled && !isVoidByCode && rules.CancelledYields,
            ExpectsOneActive = rules.CancelledYields && shape < 3,
            IsLedger = rules.IsLedger,
            Rank = Rank(isEob),
            CodeOrder = codeOrder,
            UpdatedAt = UpdatedAt(),
            Amount = amount,
            Sketch = Sketch(reading, amount, service),
            Keys = [.. keys],
        };
    }

    private ClaimReading Reading(bool isEob, bool cancelled, long? amount)
    {
        var status = tape.Find(0, "status"u8);
        if (Is(status, "entered-in-error"u8) || Is(status, "draft"u8))
            return ClaimReading.Withdrawn;
        if (cancelled || isVoidByCode)
            return ClaimReading.Void;
        if (!isEob)
            return ClaimReading.Pending;
        var outcome = tape.Find(0, "outcome"u8);
        if (Is(outcome, "error"u8))
            return ClaimReading.Rejected;
        if (!Is(outcome, "complete"u8))
            return ClaimReading.Pending;
        return isDeniedByCode || IsDenied(amount) ? ClaimReading.Denied : ClaimReading.Live;
    }

    private bool IsDenied(long? amount)
    {
        foreach (var coding in tape.Items(tape.Find(tape.Find(tape.Find(0, "payment"u8), "type"u8), "coding"u8)))
            if (Is(tape.Find(coding, "code"u8), "denied"u8))
                return true;
        if (amount != 0)
            return false;
        var lines = 0;
        foreach (var item in tape.Items(tape.Find(0, "item"u8)))
        {
            lines++;
            if (!IsDeniedLine(item))
                return false;
        }

        return lines > 0;
    }

    private bool IsDeniedLine(int item)
    {
        foreach (var adjudication in tape.Items(tape.Find(item, "adjudication"u8)))
        {
            if (HasCode(tape.Find(adjudication, "category"u8), "denialreason"u8) || HasCode(tape.Find(adjudication, "reason"u8), "denied"u8))
                return true;
        }

        return false;
    }

    private void ReadIdentifiers(ServicePeriod service)
    {
        var list = tape.Find(0, "identifier"u8);
        foreach (var rule in rules.Keys)
        {
            if (rule.From == "natural")
                AddNatural(rule, service);
            if (!rule.From.StartsWith("identifier", StringComparison.Ordinal) && rule.From != "bare-identifier-type")
                continue;
            foreach (var identifier in tape.Items(list))
                if (Matches(rule, identifier))
                    Add(rule, tape.Find(identifier, "value"u8), service);
        }
    }

    private bool Matches(ClaimRules.ClaimKeyRule rule, int identifier)
    {
        var node = tape.Find(identifier, "system"u8);
        var system = tape.IsString(node) ? tape.Bytes(node) : default;
        return rule.From switch
        {
            "identifier" => system.SequenceEqual(rule.Name),
            "identifier-suffix" => system.EndsWith(rule.Name),
            "bare-identifier-type" => system.IsEmpty && HasCode(tape.Find(identifier, "type"u8), rule.Name),
            _ => HasCode(tape.Find(identifier, "type"u8), rule.Name),
        };
    }

    private void ReadExtensions()
    {
        foreach (var extension in tape.Items(tape.Find(0, "extension"u8)))
        {
            var url = tape.Find(extension, "url"u8);
            if (!tape.IsString(url))
                continue;
            ReadCoding(tape.Find(extension, "valueCoding"u8));
            foreach (var rule in rules.Keys)
            {
                if (rule.From != "extension" || !tape.Bytes(url).SequenceEqual(rule.Name))
                    continue;
                var value = tape.Find(extension, "valueString"u8);
                Add(rule, value >= 0 ? value : tape.Find(tape.Find(extension, "valueIdentifier"u8), "value"u8), default);
            }
        }
    }

    /// <summary>The older and newer numbers of the claim, R4 ExplanationOfBenefit.related; by value, as payers leave the system out.</summary>
    private void ReadRelated()
    {
        foreach (var related in tape.Items(tape.Find(0, "related"u8)))
        {
            var relationship = tape.Find(related, "relationship"u8);
            var role = HasCode(relationship, "prior"u8) ? ClaimKeyRole.Prior
                : HasCode(relationship, "replacedby"u8) ? ClaimKeyRole.ReplacedBy : (ClaimKeyRole?)null;
            var value = tape.Find(tape.Find(related, "reference"u8), "value"u8);
            if (role is { } known && tape.IsString(value) && !IsFiller(tape.Bytes(value)))
                Add(ClaimKey.Of('n', tape.Bytes(value), default, known));
        }
    }

    private void ReadSupportingInfo()
    {
        foreach (var entry in tape.Items(tape.Find(0, "supportingInfo"u8)))
            ReadCodings(tape.Find(tape.Find(entry, "code"u8), "coding"u8));
    }

    private void ReadCodings(int codings)
    {
        foreach (var coding in tape.Items(codings))
            ReadCoding(coding);
    }

    private void ReadCoding(int coding)
    {
        var system = tape.Find(coding, "system"u8);
        var code = tape.Find(coding, "code"u8);
        if (!tape.IsString(system) || !tape.IsString(code) || ClaimCodes.Find(tape.Bytes(system), tape.Bytes(code)) is not { } line)
            return;
        isVoidByCode |= line.IsVoid;
        isDeniedByCode |= line.IsDenied;
        codeOrder = Math.Max(codeOrder, line.Order);
    }

    private void AddNatural(ClaimRules.ClaimKeyRule rule, ServicePeriod service)
    {
        var provider = tape.Find(tape.Find(tape.Find(0, "provider"u8), "identifier"u8), "value"u8);
        if (!tape.IsString(provider) || service.IsUndated || !HasCode(tape.Find(0, "type"u8), rule.Name))
            return;
        Span<byte> days = stackalloc byte[20];
        WriteDay(service.Start, days);
        WriteDay(service.End, days[10..]);
        Add(ClaimKey.Of(rule.Space, tape.Bytes(provider), days, rule.Role));
    }

    private void Add(ClaimRules.ClaimKeyRule rule, int value, ServicePeriod service)
    {
        if (!tape.IsString(value) || IsFiller(tape.Bytes(value)))
            return;
        shape = Math.Max(shape, rule.Shape);
        Span<byte> day = stackalloc byte[10];
        var withDay = rule.WithFillDay && service.Start is not null && HasCode(tape.Find(0, "type"u8), "pharmacy"u8);
        if (withDay)
            WriteDay(service.Start, day);
        Add(ClaimKey.Of(rule.Space, tape.Bytes(value), withDay ? day : default, rule.Role));
    }

    private void Add(ClaimKey key)
    {
        if (!keys.Contains(key))
            keys.Add(key);
    }

    /// <summary>What stands where a number is not known names no claim: one letter or digit repeated, or a word for nothing.</summary>
    private static bool IsFiller(ReadOnlySpan<byte> value)
    {
        var text = value.Trim((byte)' ');
        return text.IsEmpty || text.IndexOfAnyExcept(text[0]) < 0
            || System.Text.Ascii.EqualsIgnoreCase(text, "unknown"u8) || System.Text.Ascii.EqualsIgnoreCase(text, "none"u8)
            || System.Text.Ascii.EqualsIgnoreCase(text, "null"u8) || System.Text.Ascii.EqualsIgnoreCase(text, "n/a"u8);
    }

    /// <summary>API version, then system (national history over shared systems), then final action; a Claim or ClaimResponse before any EOB.</summary>
    private byte Rank(bool isEob)
    {
        var rank = shape << 4;
        if (!isEob)
            return (byte)rank;
        rank |= 1 << 3;
        foreach (var tag in tape.Items(tape.Find(tape.Find(0, "meta"u8), "tag"u8)))
        {
            var code = tape.Find(tag, "code"u8);
            if (Is(code, "NationalClaimsHistory"u8) || Is(code, "DDPS"u8))
                rank |= 1 << 2;
            else if (Is(code, "FinalAction"u8))
                rank |= 1 << 1;
        }

        return (byte)rank;
    }

    private long UpdatedAt()
    {
        var text = tape.FindText(tape.Find(0, "meta"u8), "lastUpdated"u8);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcTicks : 0;
    }

    /// <summary>payment.amount; else total paid to provider and patient; else total benefit.</summary>
    private long? Amount()
    {
        if (Money(tape.Find(tape.Find(0, "payment"u8), "amount"u8)) is { } paid)
            return paid;
        long? sum = null;
        long? benefit = null;
        foreach (var total in tape.Items(tape.Find(0, "total"u8)))
        {
            var category = tape.Find(total, "category"u8);
            if (HasCode(category, "paidtoprovider"u8) || HasCode(category, "paidtopatient"u8))
                sum = (sum ?? 0) + (Money(tape.Find(total, "amount"u8)) ?? 0);
            else if (HasCode(category, "benefit"u8))
                benefit = Money(tape.Find(total, "amount"u8));
        }

        return sum ?? benefit;
    }

    private long? Money(int amount)
    {
        var value = tape.Find(amount, "value"u8);
        if (value < 0 || tape[value].Kind != JsonKind.Number
            || !Utf8Parser.TryParse(tape.Raw(value), out decimal number, out var consumed) || consumed != tape[value].Length)
            return null;
        return Math.Abs(number) < 1_000_000_000_000m ? (long)(number * ClaimFacts.AmountScale) : null;
    }

    private long Sketch(ClaimReading reading, long? amount, ServicePeriod service)
    {
        var lines = 0;
        foreach (var _ in tape.Items(tape.Find(0, "item"u8)))
            lines++;
        var hash = 14695981039346656037UL;
        foreach (var part in (ReadOnlySpan<long>)[(long)reading, amount ?? long.MinValue, service.Start?.DayNumber ?? -1, service.End?.DayNumber ?? -1, lines])
            hash = (hash ^ (ulong)part) * 1099511628211UL;
        return (long)(hash ^ (hash >> 29));
    }

    private bool HasCode(int concept, ReadOnlySpan<byte> code)
    {
        foreach (var coding in tape.Items(tape.Find(concept, "coding"u8)))
            if (Is(tape.Find(coding, "code"u8), code))
                return true;
        return false;
    }

    private bool Is(int node, ReadOnlySpan<byte> text) => tape.IsString(node) && tape.Bytes(node).SequenceEqual(text);

    private static void WriteDay(DateOnly? day, Span<byte> destination)
    {
        if (day is not { } known || !known.TryFormat(destination, out _, "O", CultureInfo.InvariantCulture))
            destination[..10].Clear();
    }
}

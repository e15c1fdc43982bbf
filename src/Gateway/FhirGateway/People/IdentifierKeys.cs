using System.Collections.Frozen;
using System.Collections.Immutable;
using FhirGateway.Normalization;
using FhirGateway.Organizations;

namespace FhirGateway.People;

/// <summary>Which keys a source record is found by.</summary>
public static class IdentifierKeys
{
    /// <summary>Namespaces built from a bare authority name mean nothing outside their source.</summary>
    private const string LocalNamespace = "urn:fhir-gateway:authority:";

    /// <summary>Account and visit numbers identify no human, a subscriber number a whole family.</summary>
    private static readonly ImmutableHashSet<string> NotOfHumans = ["AN", "VN", "ACSN", "PLAC", "FILL", "BCT", "SN"];

    /// <summary>What registration screens make people type where a value is not known; compared without case and punctuation.</summary>
    private static readonly FrozenSet<string> Fillers = FrozenSet.ToFrozenSet(
        ["UNKNOWN", "UNK", "NONE", "NA", "NULL", "NOTAVAILABLE", "NOTPROVIDED", "REFUSED", "PENDING", "TEST", "0", "00", "000", "XXX", "123456789", "987654321"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The keys of a Patient or PID: its identifiers, and its id and values as a roster may name them.</summary>
    public static ImmutableArray<RecordIdentifier> OfPatient(Source source, string key, PatientFacts facts)
    {
        var keys = ImmutableArray.CreateBuilder<RecordIdentifier>();
        keys.Add(RecordIdentifier.OfSource(source.Id, key));
        foreach (var identifier in facts.Identifiers)
        {
            if (IsPlaceholder(identifier.Value) || (identifier.TypeCode is { } type && NotOfHumans.Contains(type)))
                continue;
            var system = identifier.System.StartsWith(LocalNamespace, StringComparison.Ordinal)
                ? $"{identifier.System}@{source.Id}"
                : identifier.System;
            if (system.Length > 0)
                keys.Add(RecordIdentifier.Of(system, identifier.Value));
            keys.Add(RecordIdentifier.OfSource(source.Id, identifier.Value));
            if (identifier.Authority is { Length: > 0 } authority)
                keys.Add(RecordIdentifier.OfAuthority(authority, identifier.Value));
        }

        return [.. keys.Distinct()];
    }

    /// <summary>The keys of a roster or opt-out row: its member id at the source and at the source's authorities.</summary>
    public static ImmutableArray<RecordIdentifier> OfMember(Source source, string memberId) =>
    [
        RecordIdentifier.OfSource(source.Id, memberId),
        .. source.MemberAuthorities.Select(a => RecordIdentifier.OfAuthority(a, memberId)).Distinct(),
    ];

    /// <summary>The keys of a panel row.</summary>
    public static ImmutableArray<RecordIdentifier> OfPanel(PatientFacts facts) =>
        [.. facts.Identifiers.Where(i => !IsPlaceholder(i.Value)).Select(i => RecordIdentifier.Of(i.System, i.Value)).Distinct()];

    private static bool IsPlaceholder(string value)
    {
        var letters = value.AsSpan().Trim();
        if (letters.Length == 0)
            return true;
        var same = true;
        var digits = 0;
        char? first = null;
        foreach (var c in letters)
        {
            if (!char.IsAsciiLetterOrDigit(c))
                continue;
            digits++;
            same &= c == (first ??= c);
        }

        return digits == 0 || (same && digits > 3) || Fillers.Contains(string.Concat(value.Where(char.IsAsciiLetterOrDigit)));
    }
}

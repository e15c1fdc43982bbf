using System.Collections.Immutable;
using System.CommandLine;
using FhirGateway.Hl7v2;
using FhirGateway.Normalization.Adt;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary>The options that say what a feed's HL7v2 messages do not say of themselves.</summary>
internal sealed class FeedOptions
{
    private const int LongestTable = 4 << 20;

    public Option<string[]> Table { get; } = Many("--table", "NAME=FILE", "Own rows of a code table (code, target and display, separated by tabs), over the built-in ones; again for more tables. Names: " + string.Join(", ", AdtTables.Names));
    public Option<string[]> AuthoritySystem { get; } = Many("--authority-system", "NAME=URI", "System of the identifiers of an assigning authority that has only a name (CX.4.1); again for more");
    public Option<string[]> FacilityNpi { get; } = Many("--facility-npi", "MSH-4=NPI", "National Provider Identifier of a sending facility; again for more");
    public Option<string?> PatientAuthority { get; } = One("--patient-authority", "NAME", "Assigning authority whose PID-3 repetition names the patient [default: the first MR, else the first by sort]");
    public Option<string?> Charset { get; } = One("--charset", "NAME", "Character set of its messages, whatever MSH-18 says");
    public Option<string?> DefaultCharset { get; } = One("--default-charset", "NAME", "Character set of messages that are not UTF-8 and name none [default: windows-1252]");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Table, AuthoritySystem, FacilityNpi, PatientAuthority, Charset, DefaultCharset })
            command.Add(option);
    }

    /// <summary>What is given, over what is known. All faults at once.</summary>
    public MessageFeed Changed(Session session, ParseResult parsed, MessageFeed known)
    {
        var faults = new List<string>();
        var changed = known with
        {
            PatientAuthority = parsed.GetValue(PatientAuthority) ?? known.PatientAuthority,
            Charset = CharsetOf("--charset", parsed.GetValue(Charset), faults) ?? known.Charset,
            FallbackCharset = CharsetOf("--default-charset", parsed.GetValue(DefaultCharset), faults) ?? known.FallbackCharset,
            AuthoritySystems = Authorities(parsed.GetValue(AuthoritySystem)!, known.AuthoritySystems, faults),
            FacilityNpis = Npis(parsed.GetValue(FacilityNpi)!, known.FacilityNpis, faults),
            Tables = Tables(session, parsed.GetValue(Table)!, known.Tables, faults),
        };
        return faults.Count == 0 ? changed : throw new VerbFault(string.Join('\n', faults));
    }

    /// <summary>For a list: what is set, tables with their number of rows.</summary>
    public static string Show(MessageFeed feed) => string.Join(' ', (string[])
    [
        .. One("patient-authority", feed.PatientAuthority), .. One("charset", feed.Charset), .. One("default-charset", feed.FallbackCharset),
        .. feed.AuthoritySystems.Select(a => $"{a.Namespace}={a.Uri}"), .. feed.FacilityNpis.Select(f => $"{f.Facility}={f.Npi}"),
        .. feed.Tables.Select(t => $"table:{t.Name}({t.Rows.Length})"), .. One("changed-repeat", feed.RefusesChangedRepeats ? "refuse" : null),
    ]);

    /// <summary>Without a setting that is named as its option; null if there is none of that name.</summary>
    public static MessageFeed? Cleared(MessageFeed feed, string name) => name switch
    {
        "certificate" => feed with { Certificates = [] },
        "table" => feed with { Tables = [] },
        "authority-system" => feed with { AuthoritySystems = [] },
        "facility-npi" => feed with { FacilityNpis = [] },
        "patient-authority" => feed with { PatientAuthority = null },
        "charset" => feed with { Charset = null },
        "default-charset" => feed with { FallbackCharset = null },
        _ => null,
    };

    private static IEnumerable<string> One(string name, string? value) => value is null ? [] : [$"{name}={value}"];

    private static string? CharsetOf(string option, string? name, List<string> faults)
    {
        if (name is not null && !Hl7Charset.IsKnown(name))
            faults.Add($"{option} {name}: not a character set that is known here; for example UNICODE UTF-8, 8859/1, windows-1252");
        return name;
    }

    private static ImmutableArray<AuthoritySystem> Authorities(string[] given, ImmutableArray<AuthoritySystem> known, List<string> faults)
    {
        var all = known.ToList();
        foreach (var (name, uri) in Pairs("--authority-system", given, faults))
        {
            if (!Uri.TryCreate(uri, UriKind.Absolute, out _) || uri.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0)
                faults.Add($"--authority-system {name}={uri}: not an absolute URI, such as urn:oid:2.16.840.1.113883.19.5");
            all.RemoveAll(a => a.Namespace.Equals(name, StringComparison.OrdinalIgnoreCase));
            all.Add(new AuthoritySystem(name, uri));
        }

        return [.. all];
    }

    private static ImmutableArray<FacilityNpi> Npis(string[] given, ImmutableArray<FacilityNpi> known, List<string> faults)
    {
        var all = known.ToList();
        foreach (var (facility, npi) in Pairs("--facility-npi", given, faults))
        {
            if (!Npi.IsValid(npi))
                faults.Add($"--facility-npi {facility}={npi}: not an NPI: ten digits, the last a check digit");
            all.RemoveAll(f => f.Facility.Equals(facility, StringComparison.OrdinalIgnoreCase));
            all.Add(new FacilityNpi(facility, npi));
        }

        return [.. all];
    }

    private static ImmutableArray<FeedTable> Tables(Session session, string[] given, ImmutableArray<FeedTable> known, List<string> faults)
    {
        var all = known.ToList();
        foreach (var (name, file) in Pairs("--table", given, faults))
        {
            var path = session.PathOf(file);
            if (!File.Exists(path))
            {
                faults.Add($"--table {name}={file}: there is no such file");
                continue;
            }
            if (new FileInfo(path).Length > LongestTable)
            {
                faults.Add($"--table {name}={file}: larger than {LongestTable >> 20} MiB");
                continue;
            }
            faults.AddRange(FeedTableReader.Read(name, File.ReadAllText(path), out var table).Select(fault => $"--table {name}={file}: {fault}"));
            all.RemoveAll(t => t.Name == name);
            if (table is not null)
                all.Add(table);
        }

        return [.. all];
    }

    private static IEnumerable<(string Name, string Value)> Pairs(string option, string[] given, List<string> faults)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in given)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == text.Length - 1)
                faults.Add($"{option} {text}: write NAME=VALUE");
            else if (!seen.Add(text[..at]))
                faults.Add($"{option} {text[..at]}: given twice");
            else
                yield return (text[..at], text[(at + 1)..]);
        }
    }

    private static Option<string?> One(string name, string value, string description) => new(name) { Description = description, HelpName = value };

    private static Option<string[]> Many(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = _ => [] };
}

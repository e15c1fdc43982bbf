using System.Collections.Immutable;
using FhirGateway.Contracts;
using FhirGateway.Fhir.Json;
using FhirGateway.Normalization.Adt;

namespace FhirGateway.Normalization.FhirMessages;

/// <summary>
/// The keys that published ids are made of, as an HL7v2 feed of the same source would make them: patient and visit by authority|value,
/// a practitioner by NPI, a location by the path of names. What has no such name goes by the id that the sender's server gave it; an id that
/// means something within its Bundle alone names nothing (<see cref="LocalNames"/>).
/// </summary>
internal sealed class BundleIdentity(MessageBundle bundle, FhirMessageSettings settings)
{
    private readonly JsonTape tape = bundle.Tape;

    /// <summary>The identifier that names the patient: of the feed's facility authority, else the first MR, else the first without a type, else the first by sort.</summary>
    public string? PatientKey(BundleEntry patient)
    {
        var wanted = settings.Feed.FacilityAuthority;
        var candidates = new List<(int Rank, string Key)>();
        var mothers = MothersIdentifiers();
        foreach (var (system, value, type) in tape.Identifiers(patient.Node))
        {
            if (mothers.Contains((system, value)))
                continue;
            var authority = settings.AuthorityOf(system);
            var isNational = system is IdentifierSystems.Ssn or IdentifierSystems.Mbi;
            var rank = wanted is not null && wanted.Equals(authority, StringComparison.OrdinalIgnoreCase) ? 0 : type is "MR" ? 1 : type is null && !isNational ? 2 : 3;
            candidates.Add((rank, $"{authority}|{value}"));
        }

        if (candidates.Count == 0)
            return null;
        var best = candidates.Min(c => c.Rank);
        return best < 3 ? candidates.First(c => c.Rank == best).Key : candidates.Select(c => c.Key).Min(StringComparer.Ordinal);
    }

    /// <summary>Identifiers of the bundle's mothers: a newborn's registration often repeats them, and they are not the newborn's.</summary>
    public ImmutableHashSet<(string System, string Value)> MothersIdentifiers()
    {
        var found = ImmutableHashSet.CreateBuilder<(string, string)>();
        foreach (var related in bundle.OfType("RelatedPerson"))
            foreach (var (system, value, _) in tape.Identifiers(related.Node))
                found.Add((system, value));
        return found.ToImmutable();
    }

    /// <summary>The visit number: the identifier of type VN, else the first that is no account number. Null if there is none.</summary>
    public string? VisitKey(BundleEntry encounter)
    {
        var identifiers = tape.Identifiers(encounter.Node);
        var at = identifiers.FindIndex(i => i.Type is "VN");
        if (at < 0)
            at = identifiers.FindIndex(i => i.Type is not "AN");
        return at < 0 ? null : $"{settings.AuthorityOf(identifiers[at].System)}|{identifiers[at].Value}";
    }

    /// <summary>The key of any other resource, wherever it is spoken of; null if it has a name in its message only.</summary>
    public string? SharedKeyOf(BundleEntry entry) => entry.Type switch
    {
        "Practitioner" => tape.Npi(entry.Node) is { } npi ? $"NPI|{npi}" : ByIdentifier(entry) ?? StableId(entry) ?? StaffName(entry),
        "Organization" => FacilityOf(entry) ?? ByIdentifier(entry) ?? StableId(entry) ?? NameOf(entry),
        "Location" => LocationKey(entry),
        _ => StableId(entry),
    };

    /// <summary>As <see cref="SharedKeyOf"/>, by the content of what has no name.</summary>
    public string KeyOf(BundleEntry entry) => SharedKeyOf(entry) ?? LocalNames.ContentOf(tape, entry);

    /// <summary>
    /// The id of a resource that a server knows by it: where that is a server of the source's, the id as bulk files have it, else its whole
    /// address, since two hospitals behind one source may both have a Condition/17. Null if the id is of its Bundle only.
    /// </summary>
    public string? StableId(BundleEntry entry)
    {
        if (!entry.IsOnServer || entry.FullUrl is not { } url)
            return null;
        var server = url.AsSpan(0, url.Length - entry.Type.Length - entry.Id.Length - 1);
        foreach (var own in settings.Normalization.BaseUrls)
            if (server.Equals(own, StringComparison.OrdinalIgnoreCase))
                return entry.Id;
        return url;
    }

    /// <summary>The MSH-4 value under which the source's settings know an organisation, by its name or one of its identifiers.</summary>
    public string? FacilityOf(BundleEntry organization)
    {
        if (settings.Facilities.IsEmpty)
            return null;
        var names = tape.Identifiers(organization.Node).Select(i => i.Value);
        if (tape.FindText(organization.Node, "name"u8)?.Trim() is { } name)
            names = names.Append(name);
        var known = names.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return settings.Facilities.FirstOrDefault(known.Contains);
    }

    /// <summary>The path of names from the outermost location down, in the form of an HL7v2 feed.</summary>
    public string LocationKey(BundleEntry location)
    {
        var path = new List<string>();
        var seen = new HashSet<int>();
        for (var at = location; at is not null && seen.Add(at.Index) && path.Count < 16; at = ParentOf(at))
        {
            string name = NameOf(at) ?? ByIdentifier(at) ?? StableId(at) ?? LocalNames.ContentOf(tape, at);
            var level = LevelOf(at);
            name = LocationWriter.Escape(name);
            path.Insert(0, level is null or "si" ? name : $"{level}:{name}");
        }

        // A ward without its hospital is a ward of the sending one.
        if (path[0].Contains(':', StringComparison.Ordinal) && settings.Facilities is [var only])
            path.Insert(0, only);
        return string.Join('|', path);
    }

    public Guid IdOf(string type, string key) => PublishedId.Create(settings.Source, type, key);

    private BundleEntry? ParentOf(BundleEntry location) =>
        bundle.Target(tape.Find(location.Node, "partOf"u8)) is { Type: "Location" } parent ? parent : null;

    private string? LevelOf(BundleEntry location)
    {
        foreach (var (_, code, _) in tape.Codings(tape.Find(location.Node, "physicalType"u8)))
            if (code is "si" or "wa" or "ro" or "bd")
                return code;
        return null;
    }

    private string? NameOf(BundleEntry entry) => tape.FindText(entry.Node, "name"u8)?.Trim() is { Length: > 0 } name ? name : null;

    /// <summary>The parts of a name, as the key of a member of staff without a number is in an HL7v2 feed.</summary>
    private string? StaffName(BundleEntry entry)
    {
        var name = tape.FirstItem(tape.Find(entry.Node, "name"u8));
        if (tape.FindText(name, "family"u8)?.Trim() is not { Length: > 0 } family)
            return null;
        var given = new List<string>();
        foreach (var part in tape.Items(tape.Find(name, "given"u8)))
            if (tape.IsString(part))
                given.Add(tape.Text(part).Trim());
        return $"{family}|{given.ElementAtOrDefault(0)}|{given.ElementAtOrDefault(1)}";
    }

    public string? ByIdentifier(BundleEntry entry) =>
        tape.Identifiers(entry.Node) is [var first, ..] ? $"{settings.AuthorityOf(first.System)}|{first.Value}" : null;
}

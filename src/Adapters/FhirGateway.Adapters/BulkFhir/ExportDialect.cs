using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// How the server of a source wants to be asked. One record per name that <c>source set --dialect</c> takes; a new server that
/// deviates is one more.
/// </summary>
public sealed record ExportDialect
{
    /// <summary>As its capabilities say.</summary>
    public const string Auto = "auto";

    public required string Name { get; init; }

    /// <summary>In a few words, for help and documents.</summary>
    public required string About { get; init; }

    /// <summary>Whether its kick-off is a POST of parameters; null for what its capabilities say, GET where they say nothing.</summary>
    public bool? Posts { get; init; }

    /// <summary>Whether lists are repeated parameters (Bulk Data 4) instead of one with commas; null for what its capabilities say.</summary>
    public bool? Repeats { get; init; }

    /// <summary>Whether a POST carries the <c>patient</c> parameter (Bulk Data 2 and later). Without it new members get their history by a full export.</summary>
    public bool TakesPatients { get; init; } = true;

    /// <summary>Whether new members of a Group come with their history although <c>_since</c> is given.</summary>
    public bool SendsHistoryOfNewMembers { get; init; }

    /// <summary>The <c>_since</c> that means everything, for servers that take an absent one as "since the last job".</summary>
    public string? Beginning { get; init; }

    /// <summary>Parameters that it is known to refuse: never sent.</summary>
    public ImmutableArray<string> Unsupported { get; init; } = [];

    /// <summary>The Group that is exported where none is configured.</summary>
    public string? Group { get; init; }

    /// <summary>The scope that is asked for where none is configured; null for what its SMART configuration offers.</summary>
    public string? Scope { get; init; }

    /// <summary>Whether a participant's panel is matched, and what is matched exported.</summary>
    public bool IsProviderAccess => Name == ProviderAccess.Dialect;

    /// <summary>All of them, by name.</summary>
    public static readonly ImmutableArray<ExportDialect> All =
    [
        new() { Name = Auto, About = "as its CapabilityStatement says; the default" },
        new()
        {
            Name = "stu1", About = "Bulk Data 1: GET, no POST, no patient parameter", Posts = false, Repeats = false, TakesPatients = false,
            Unsupported = [ExportParameter.Elements, ExportParameter.IncludeAssociatedData, ExportParameter.OrganizeOutputBy, ExportParameter.AllowPartialManifests],
        },
        new()
        {
            Name = "stu2", About = "Bulk Data 2: GET or POST, lists with commas", Repeats = false,
            Unsupported = [ExportParameter.OrganizeOutputBy, ExportParameter.AllowPartialManifests],
        },
        new() { Name = "stu3", About = "Bulk Data 3: as 2, with organised output and paged manifests", Repeats = false },
        new() { Name = "v4", About = "Bulk Data 4 (ballot): POST only, lists as repeated parameters", Posts = true, Repeats = true },
        new()
        {
            Name = "bcda", About = "CMS BCDA: GET, group all, new members with their history", Posts = false, Repeats = false, TakesPatients = false,
            SendsHistoryOfNewMembers = true, Group = "all",
            Unsupported = [ExportParameter.Elements, ExportParameter.IncludeAssociatedData, ExportParameter.OrganizeOutputBy, ExportParameter.AllowPartialManifests],
        },
        new()
        {
            Name = "ab2d", About = "CMS AB2D: GET, ExplanationOfBenefit, an absent _since is the last job", Posts = false, Repeats = false, TakesPatients = false,
            SendsHistoryOfNewMembers = true, Beginning = "2020-02-13T00:00:00.000-05:00",
            Unsupported = [ExportParameter.Elements, ExportParameter.TypeFilter, ExportParameter.IncludeAssociatedData, ExportParameter.OrganizeOutputBy, ExportParameter.AllowPartialManifests],
        },
        new()
        {
            Name = "dpc", About = "CMS DPC: GET of a practitioner's Group", Posts = false, Repeats = false, TakesPatients = false,
            Unsupported = [ExportParameter.Elements, ExportParameter.TypeFilter, ExportParameter.IncludeAssociatedData, ExportParameter.OrganizeOutputBy, ExportParameter.AllowPartialManifests],
        },
        new() { Name = ProviderAccess.Dialect, About = "Provider Access (PDex 2.2): the panel of the one participant is matched, then exported", Posts = true },
        new() { Name = "argonaut-2025", About = "its $bulk-submit is that of the 2025 Argonaut draft; exports as its CapabilityStatement says" },
        new() { Name = "smart", About = "SMART reference server: GET or POST, lists with commas", Repeats = false },
    ];

    /// <summary>The dialect of that name, case ignored; null where there is none. No name is <see cref="Auto"/>.</summary>
    public static ExportDialect? Find(string? name) =>
        name is null ? All[0] : All.FirstOrDefault(d => d.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public bool Takes(string parameter) => !Unsupported.Contains(parameter);
}

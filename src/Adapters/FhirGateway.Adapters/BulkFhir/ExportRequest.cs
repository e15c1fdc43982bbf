using System.Collections.Immutable;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>What one kick-off asks for, before a dialect says how.</summary>
public sealed record ExportRequest
{
    public const string StandardOperation = "$export";

    public required ExportLevel Level { get; init; }

    /// <summary>Id of the Group at <see cref="ExportLevel.Group"/>.</summary>
    public string? Group { get; init; }
    public string Operation { get; init; } = StandardOperation;

    /// <summary>Only what changed after this instant; null for everything.</summary>
    public string? Since { get; init; }

    /// <summary>Resource types; empty for all.</summary>
    public ImmutableArray<string> Types { get; init; } = [];

    /// <summary>Search queries such as <c>ExplanationOfBenefit?type=oral</c>.</summary>
    public ImmutableArray<string> TypeFilters { get; init; } = [];
    public ImmutableArray<string> Elements { get; init; } = [];
    public ImmutableArray<string> AssociatedData { get; init; } = [];
    public string? OrganizeOutputBy { get; init; }
    public bool AllowPartialManifests { get; init; }

    /// <summary>Ids of the patients; empty for all of the level.</summary>
    public ImmutableArray<string> Patients { get; init; } = [];

    /// <summary><c>exportType</c> of <c>$davinci-data-export</c>.</summary>
    public string? ExportType { get; init; }

    /// <summary>Without parameters that a server refused.</summary>
    public ExportRequest Without(IReadOnlyCollection<string> parameters) => this with
    {
        TypeFilters = parameters.Contains(ExportParameter.TypeFilter) ? [] : TypeFilters,
        Elements = parameters.Contains(ExportParameter.Elements) ? [] : Elements,
        AssociatedData = parameters.Contains(ExportParameter.IncludeAssociatedData) ? [] : AssociatedData,
        OrganizeOutputBy = parameters.Contains(ExportParameter.OrganizeOutputBy) ? null : OrganizeOutputBy,
        AllowPartialManifests = AllowPartialManifests && !parameters.Contains(ExportParameter.AllowPartialManifests),
    };

    /// <summary>The parameters in it that a server may refuse without the rest losing its sense: what comes then is more, or in another order.</summary>
    public IReadOnlyList<string> Optional()
    {
        var present = new List<string>();
        if (AllowPartialManifests)
            present.Add(ExportParameter.AllowPartialManifests);
        if (OrganizeOutputBy is not null)
            present.Add(ExportParameter.OrganizeOutputBy);
        if (!AssociatedData.IsEmpty)
            present.Add(ExportParameter.IncludeAssociatedData);
        if (!Elements.IsEmpty)
            present.Add(ExportParameter.Elements);
        if (!TypeFilters.IsEmpty)
            present.Add(ExportParameter.TypeFilter);
        return present;
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace FhirGateway.Normalization;

/// <summary>
/// The resource types that the gateway handles: where they go, whose they are, when the service was. A type that is not
/// here is stored and never released. The lines stand in Tables/resource-catalog.tsv.
/// </summary>
public static class ResourceCatalog
{
    /// <summary>The order of a type that is in no line.</summary>
    public const int OrderOfOthers = 6;

    public static readonly ImmutableArray<HandledType> All = [.. EmbeddedTable.Rows("resource-catalog.tsv").Select(Parse)];
    private static readonly FrozenDictionary<string, HandledType> ByType = All.ToFrozenDictionary(t => t.Type, StringComparer.Ordinal);

    /// <summary>The line of a type, or null: not released.</summary>
    public static HandledType? Find(string type) => ByType.GetValueOrDefault(type);

    public static int OrderOf(string type) => Find(type)?.Order ?? OrderOfOthers;

    private static HandledType Parse(string[] row)
    {
        ImmutableArray<string> service = row[4] == "-" ? [] : [.. row[4].Split('|')];
        return new HandledType
        {
            Type = row[0],
            Stream = row[1] == "-" ? null : row[1],
            DataClass = Enum.Parse<DataClass>(row[2], ignoreCase: true),
            Subject = row[3] == "-" ? null : row[3],
            Service = service,
            Order = int.Parse(row[5], CultureInfo.InvariantCulture),
            SubjectPath = row[3] == "-" ? [] : [.. row[3].Split('.').Select(Encoding.UTF8.GetBytes)],
            ServicePaths = [.. service.Select(ServicePath.Parse)],
        };
    }
}

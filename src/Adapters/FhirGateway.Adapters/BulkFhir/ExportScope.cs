using FhirGateway.Organizations;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>Whose data a source's exports bring: the level and the Group, and the name under which marks are kept.</summary>
/// <param name="Level">Of the kick-off.</param>
/// <param name="Group">At Group level.</param>
public sealed record ExportScope(ExportLevel Level, string? Group)
{
    public string Name => Level == ExportLevel.Group ? "Group/" + Group : Level.ToString();

    /// <summary>
    /// The configured Group, else that of the dialect, else all patients; the whole system only where the server names that level
    /// and no other.
    /// </summary>
    public static ExportScope Of(SourceConnection connection, ExportDialect dialect, ServerCapabilities capabilities)
    {
        if ((connection.Group ?? dialect.Group) is { } group)
            return new ExportScope(ExportLevel.Group, group);
        return new ExportScope(capabilities.Levels == ExportLevel.System ? ExportLevel.System : ExportLevel.Patient, null);
    }

    /// <summary>The scope of what a participant's panel was matched to.</summary>
    public static string OfPanel(string participant) => "Panel/" + participant;
}

using System.Collections.Immutable;

namespace FhirGateway.Processing;

/// <summary>What a replay makes of one visit or patient. Ids and paths only.</summary>
/// <param name="Type">Encounter or Patient.</param>
/// <param name="Id">Its published id.</param>
/// <param name="Kind">changed, added or removed.</param>
/// <param name="Messages">Messages of the range that are about it.</param>
/// <param name="Events">Events that participants are told.</param>
/// <param name="Paths">Elements that differ.</param>
public sealed record ReplayChange(string Type, Guid Id, string Kind, int Messages, int Events, ImmutableArray<string> Paths);

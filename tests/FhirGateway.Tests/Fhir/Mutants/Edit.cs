using System.Text.Json.Nodes;

namespace FhirGateway.Tests.Fhir.Mutants;

/// <summary>One way to break a resource.</summary>
/// <param name="Kind">As in <see cref="Mutant"/>.</param>
/// <param name="Keys">As in <see cref="Mutant"/>.</param>
/// <param name="Path">As in <see cref="Mutant"/>.</param>
/// <param name="Rule">As in <see cref="Mutant"/>.</param>
/// <param name="Apply">Changes a copy of the resource.</param>
internal sealed record Edit(string Kind, string[] Keys, string Path, string Rule, Action<JsonObject> Apply)
{
    public string[] Also { get; init; } = [];

    /// <summary>Whether the changed copy still is what the edit means to break; for edits that could move a value out of its slice.</summary>
    public Func<JsonObject, bool>? StillApplies { get; init; }

    /// <summary>The mutant, or null if the edit left its aim.</summary>
    public Mutant? On(string source, JsonObject resource, IReadOnlyList<string> profiles)
    {
        var copy = (JsonObject)resource.DeepClone();
        Apply(copy);
        return StillApplies is not null && !StillApplies(copy)
            ? null
            : new(Kind, Keys, Path, copy.ToJsonString()) { Rule = Rule, Source = source, Profiles = profiles, Also = Also };
    }
}

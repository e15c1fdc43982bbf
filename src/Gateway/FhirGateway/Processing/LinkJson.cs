using FhirGateway.People;

namespace FhirGateway.Processing;

/// <summary>What a link record says: which source record, to which person, on what evidence.</summary>
internal static class LinkJson
{
    public static string Of(Match match) => SmallJson.Write(match, static (json, m) =>
    {
        json.WriteNumber("record", m.Record.Number);
        json.WriteString("kind", m.Record.Kind.ToString().ToLowerInvariant());
        json.WriteNumber("person", m.Record.Person.Value);
        json.WriteString("evidence", m.Outcome.ToString().ToLowerInvariant());
        if (m.Moved is { } moved)
            json.WriteNumber("moved", moved.Value);
        if (m.SplitFrom is { } split)
            json.WriteNumber("splitFrom", split.Value);
        if (m.Retired.IsEmpty)
            return;
        json.WriteStartArray("retired");
        foreach (var retired in m.Retired)
            json.WriteNumberValue(retired.Value);
        json.WriteEndArray();
    });
}

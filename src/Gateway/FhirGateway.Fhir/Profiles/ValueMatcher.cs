using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Profiles;

/// <summary>A fixed value or a pattern (elementdefinition.html#fixed), parsed once and compared token by token.</summary>
internal sealed class ValueMatcher
{
    private const int Value = 2;
    private readonly JsonTape definition = new();

    public ValueMatcher(ElementValue value, bool isFixed, DefinitionSource source)
    {
        IsFixed = isFixed;
        Source = source;
        Text = value.Json;
        Message = $"Must be {(isFixed ? "exactly" : "a value with")} {Shorten(value.Json)}";
        if (!definition.Read(Encoding.UTF8.GetBytes($"{{\"value\":{value.Json}}}")).IsNone)
            throw new FormatException("A fixed value or pattern is not strict JSON");
        // The tape unescapes a text when it is first asked for; afterwards many threads can read it.
        for (var i = 0; i < definition.Count; i++)
            if (definition[i].IsEscaped)
                definition.Bytes(i);
    }

    public bool IsFixed { get; }
    public DefinitionSource Source { get; }

    /// <summary>The JSON of the definition.</summary>
    public string Text { get; }

    /// <summary>Said of a value that does not match; holds the value of the definition only.</summary>
    public string Message { get; }

    /// <summary>Whether the value at <paramref name="node"/> matches; -1 never does.</summary>
    public bool Matches(JsonTape tape, int node) => node >= 0 && Matches(tape, node, Value);

    private bool Matches(JsonTape tape, int node, int expected)
    {
        var token = definition[expected];
        if (tape[node].Kind != token.Kind)
            return false;
        return token.Kind switch
        {
            JsonKind.Object => MatchesObject(tape, node, expected),
            JsonKind.Array => MatchesArray(tape, node, expected),
            JsonKind.String => tape.Bytes(node).SequenceEqual(definition.Bytes(expected)),
            JsonKind.Number => tape.Raw(node).SequenceEqual(definition.Raw(expected)),
            _ => true,
        };
    }

    private bool MatchesObject(JsonTape tape, int node, int expected)
    {
        var number = 0;
        for (var name = expected + 1; name < definition[expected].Next; name = definition[name + 1].Next, number++)
            if (tape.Find(node, definition.Bytes(name)) is not (>= 0 and var value) || !Matches(tape, value, name + 1))
                return false;
        if (!IsFixed)
            return true;
        for (var name = node + 1; name < tape[node].Next; name = tape[name + 1].Next)
            number--;
        return number == 0;
    }

    private bool MatchesArray(JsonTape tape, int node, int expected)
    {
        if (IsFixed)
            return MatchesInOrder(tape, node, expected);
        for (var wanted = expected + 1; wanted < definition[expected].Next; wanted = definition[wanted].Next)
        {
            var found = false;
            for (var item = node + 1; item < tape[node].Next && !found; item = tape[item].Next)
                found = Matches(tape, item, wanted);
            if (!found)
                return false;
        }
        return true;
    }

    private bool MatchesInOrder(JsonTape tape, int node, int expected)
    {
        var item = node + 1;
        for (var wanted = expected + 1; wanted < definition[expected].Next; wanted = definition[wanted].Next)
        {
            if (item >= tape[node].Next || !Matches(tape, item, wanted))
                return false;
            item = tape[item].Next;
        }
        return item == tape[node].Next;
    }

    private static string Shorten(string json) => json.Length <= 200 ? json : json[..200] + "...";
}

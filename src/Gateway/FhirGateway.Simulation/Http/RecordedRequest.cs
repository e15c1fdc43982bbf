using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace FhirGateway.Simulation.Http;

/// <summary>A request as a simulated server received it.</summary>
public sealed record RecordedRequest
{
    public required string Method { get; init; }

    /// <summary>Path without the query, as sent.</summary>
    public required string Path { get; init; }

    /// <summary>Names and values of the query, decoded, in order.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Query { get; init; }

    /// <summary>Header fields by name, case ignored; the values of a repeated one joined by ", ".</summary>
    public required FrozenDictionary<string, string> Headers { get; init; }
    public required ReadOnlyMemory<byte> Body { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Port on which it arrived.</summary>
    public required int Port { get; init; }

    /// <summary>The value of a header field; null where it is absent.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The first value of that name in the query; null where it is absent.</summary>
    public string? Parameter(string name)
    {
        foreach (var (key, value) in Query)
            if (key == name)
                return value;
        return null;
    }

    internal static ImmutableArray<KeyValuePair<string, string>> ParseForm(string text) =>
    [
        .. text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            return at < 0 ? KeyValuePair.Create(Decode(pair), "") : KeyValuePair.Create(Decode(pair[..at]), Decode(pair[(at + 1)..]));
        }),
    ];

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private bool PrintMembers(StringBuilder text)
    {
        text.Append(Method).Append(' ').Append(Path);
        return true;
    }
}

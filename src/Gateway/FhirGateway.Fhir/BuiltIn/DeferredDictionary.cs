using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace FhirGateway.Fhir.BuiltIn;

/// <summary>A dictionary that is made when it is first looked at. Safe for parallel use.</summary>
internal sealed class DeferredDictionary<T>(Func<IReadOnlyDictionary<string, T>> make) : IReadOnlyDictionary<string, T>
{
    private readonly Lazy<IReadOnlyDictionary<string, T>> made = new(make);

    public IEnumerable<string> Keys => made.Value.Keys;
    public IEnumerable<T> Values => made.Value.Values;
    public int Count => made.Value.Count;
    public T this[string key] => made.Value[key];

    public bool ContainsKey(string key) => made.Value.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => made.Value.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => made.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

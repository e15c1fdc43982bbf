using System.Globalization;

namespace FhirGateway.Fhir.Profiles;

/// <summary>
/// One string for each text that comes again and again: paths and messages of findings, which many resources share. Not thread-safe.
/// </summary>
internal sealed class TextPool
{
    /// <summary>Texts that are kept; then all are forgotten.</summary>
    private const int Most = 20_000;
    private readonly HashSet<string> texts = new(StringComparer.Ordinal);
    private char[] path = new char[256];
    private int length;

    public string Get(ReadOnlySpan<char> text)
    {
        var found = texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (found.TryGetValue(text, out var known))
            return known;
        if (texts.Count >= Most)
            texts.Clear();
        var created = new string(text);
        texts.Add(created);
        return created;
    }

    /// <summary>Begins a path.</summary>
    public void Begin() => length = 0;

    /// <summary>Adds a step of the path.</summary>
    /// <param name="step">Its name; empty for none.</param>
    /// <param name="item">Its index; negative for none.</param>
    public void Append(string step, int item)
    {
        if (step.Length == 0)
            return;
        if (length + step.Length + 16 > path.Length)
            Array.Resize(ref path, (length + step.Length + 16) * 2);
        if (length > 0)
            path[length++] = '.';
        step.CopyTo(path.AsSpan(length));
        length += step.Length;
        if (item < 0)
            return;
        path[length++] = '[';
        item.TryFormat(path.AsSpan(length), out var written, provider: CultureInfo.InvariantCulture);
        length += written;
        path[length++] = ']';
    }

    /// <summary>The path as text.</summary>
    public string End() => Get(path.AsSpan(0, length));
}

namespace FhirGateway.Hl7v2;

/// <summary>A field or a part of one, as a view into the message. Nothing is copied or unescaped before <see cref="Text"/> is asked for.</summary>
public readonly struct Hl7Value
{
    private readonly Hl7Message? message;
    private readonly int start;
    private readonly int end;

    internal Hl7Value(Hl7Message message, int start, int end, Hl7Level level)
    {
        this.message = message;
        this.start = start;
        this.end = end;
        Level = level;
    }

    public Hl7Level Level { get; }

    /// <summary>As sent, escapes and delimiters included.</summary>
    public ReadOnlySpan<char> Raw => message is null ? [] : message.Text.AsSpan(start, end - start);

    /// <summary>Not sent, which means unchanged.</summary>
    public bool IsEmpty => end == start || Raw.IsWhiteSpace();

    /// <summary>The HL7 null: two quotes, known to have no value.</summary>
    public bool IsNull => Raw is "\"\"";

    /// <summary>Sent with a value: neither empty nor null.</summary>
    public bool HasValue => !IsEmpty && !IsNull;

    /// <summary>The first leaf (first repetition, component, subcomponent), unescaped once and trimmed; null if it has no value.</summary>
    public string? Text
    {
        get
        {
            if (message is null)
                return null;
            var leaf = Leaf();
            return leaf.Length == 0 || leaf is "\"\"" ? null : Unescape(leaf);
        }
    }

    /// <summary>As <see cref="Text"/>, empty if there is no value; nothing is copied where nothing is escaped.</summary>
    public ReadOnlySpan<char> TextSpan
    {
        get
        {
            if (message is null)
                return [];
            var leaf = Leaf();
            if (leaf.Length == 0 || leaf is "\"\"")
                return [];
            if (leaf.Contains(message.Delimiters.Escape))
                return Unescape(leaf);
            foreach (var c in leaf)
                if (c >= ' ' && !char.IsWhiteSpace(c))
                    return leaf;
            return [];
        }
    }

    /// <summary>As <see cref="Text"/>, but an unescaped subcomponent delimiter is taken as text ("Smith &amp; Sons").</summary>
    public string? WholeText
    {
        get
        {
            if (message is null)
                return null;
            var d = message.Delimiters;
            var rest = Raw;
            if (Level <= Hl7Level.Field)
                rest = Cut(rest, d.Repetition);
            if (Level <= Hl7Level.Repetition)
                rest = Cut(rest, d.Component);
            rest = rest.Trim();
            return rest.Length == 0 || rest is "\"\"" ? null : Unescape(rest);
        }
    }

    /// <summary>The first leaf as sent, trimmed: for codes, which need no unescaping.</summary>
    public ReadOnlySpan<char> Code => message is null ? [] : Leaf() is var leaf && leaf is "\"\"" ? [] : leaf;

    /// <summary>The repetitions of a field, empty ones included.</summary>
    public Hl7Repetitions Repetitions => new(this);

    /// <summary>
    /// Part <paramref name="n"/> (1-based) one level down: a component of a field's first repetition or of a repetition,
    /// a subcomponent of a component. Part 1 of a subcomponent is itself.
    /// </summary>
    public Hl7Value Part(int n)
    {
        if (message is null || n < 1)
            return default;
        var d = message.Delimiters;
        if (Level == Hl7Level.Subcomponent)
            return n == 1 ? this : default;
        var (from, to) = (start, end);
        if (Level == Hl7Level.Field)
            to = from + Cut(Raw, d.Repetition).Length;
        var delimiter = Level == Hl7Level.Component ? d.Subcomponent : d.Component;
        for (var i = 1; i < n; i++)
        {
            var at = message.Text.AsSpan(from, to - from).IndexOf(delimiter);
            if (at < 0)
                return default;
            from += at + 1;
        }
        var length = message.Text.AsSpan(from, to - from).IndexOf(delimiter);
        return new Hl7Value(message, from, length < 0 ? to : from + length, Level == Hl7Level.Component ? Hl7Level.Subcomponent : Hl7Level.Component);
    }

    /// <summary>Text of part <paramref name="n"/>.</summary>
    public string? TextOf(int n) => Part(n).Text;

    /// <summary>The next repetition at or after <paramref name="from"/>; moves <paramref name="from"/> behind it.</summary>
    internal bool TryTakeRepetition(ref int from, out Hl7Value repetition)
    {
        repetition = default;
        if (message is null || start == end || from > end - start)
            return false;
        var rest = Raw[from..];
        var at = Level == Hl7Level.Field ? rest.IndexOf(message.Delimiters.Repetition) : -1;
        var length = at < 0 ? rest.Length : at;
        repetition = new Hl7Value(message, start + from, start + from + length, Hl7Level.Repetition);
        from += length + 1;
        return true;
    }

    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> value, char delimiter)
    {
        var at = value.IndexOf(delimiter);
        return at < 0 ? value : value[..at];
    }

    private ReadOnlySpan<char> Leaf()
    {
        var d = message!.Delimiters;
        var leaf = Raw;
        if (Level < Hl7Level.Subcomponent)
        {
            // One search for the nearest delimiter below this level.
            var at = Level switch
            {
                Hl7Level.Field => leaf.IndexOfAny(d.Repetition, d.Component, d.Subcomponent),
                Hl7Level.Repetition => leaf.IndexOfAny(d.Component, d.Subcomponent),
                _ => leaf.IndexOf(d.Subcomponent),
            };
            if (at >= 0)
                leaf = leaf[..at];
        }
        return leaf.Trim();
    }

    /// <summary>Text of nothing but blanks and control characters is no value.</summary>
    private string? Unescape(ReadOnlySpan<char> value)
    {
        var text = Hl7Escape.Unescape(value, message!.Delimiters, message.Charset.Encoding);
        foreach (var c in text)
            if (c >= ' ' && !char.IsWhiteSpace(c))
                return text;
        return null;
    }

    public override string ToString() => $"Hl7Value({Level}, {end - start} characters)";
}

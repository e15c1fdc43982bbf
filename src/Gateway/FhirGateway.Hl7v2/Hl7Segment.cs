namespace FhirGateway.Hl7v2;

/// <summary>A segment of a message; <c>default</c> stands for one that is not there, and all its fields are empty.</summary>
public readonly struct Hl7Segment
{
    private readonly Hl7Message? message;

    internal Hl7Segment(Hl7Message message, int index)
    {
        this.message = message;
        Index = index;
    }

    public bool Exists => message is not null;

    /// <summary>Position in the message, from 0.</summary>
    public int Index { get; }

    public ReadOnlySpan<char> Name => message is null ? [] : message.NameOf(Index);

    /// <summary>The whole segment as sent, without its end.</summary>
    public ReadOnlySpan<char> Raw => message is null ? [] : message.RawOf(Index);

    /// <summary>Number of the last field that is there.</summary>
    public int FieldCount => message is null ? 0 : message.FieldCountOf(Index) + (IsHeader ? 1 : 0);

    private bool IsHeader => Name is "MSH" or "BHS" or "FHS";

    /// <summary>Field <paramref name="n"/>, counted as the standard does: in a header segment field 1 is the separator.</summary>
    public Hl7Value Field(int n)
    {
        if (message is null || n < 1)
            return default;
        var ordinal = n - 1;
        if (IsHeader)
        {
            if (message.FieldCountOf(Index) == 0)
                return default;
            var first = message.FieldOf(Index, 0).Start;
            if (n == 1)
                return new Hl7Value(message, first - 1, first, Hl7Level.Subcomponent);
            ordinal = n - 2;
        }
        var (start, end) = message.FieldOf(Index, ordinal);
        return new Hl7Value(message, start, end, Hl7Level.Field);
    }

    /// <summary>The next segment of the same name.</summary>
    public Hl7Segment NextSame() => message is null ? default : message.Next(Name, Index);

    /// <summary>The segment that follows.</summary>
    public Hl7Segment Next() => message is null ? default : message.Segment(Index + 1);
}

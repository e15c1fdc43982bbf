using System.Text;

namespace FhirGateway.Hl7v2;

/// <summary>
/// Builds an ER7 message: values are escaped, fields may be set in ascending order only, trailing empty fields are not written,
/// every segment ends with CR.
/// </summary>
public sealed class Hl7MessageWriter
{
    private readonly StringBuilder text = new();
    private readonly Hl7Delimiters delimiters;
    private int position;

    public Hl7MessageWriter()
        : this(Hl7Delimiters.Standard)
    {
    }

    public Hl7MessageWriter(Hl7Delimiters delimiters) => this.delimiters = delimiters;

    /// <summary>Starts a segment. For MSH, BHS and FHS the first two fields are written at once.</summary>
    public Hl7MessageWriter Segment(string name)
    {
        if (text.Length > 0)
            text.Append('\r');
        text.Append(name);
        position = 0;
        if (name is not ("MSH" or "BHS" or "FHS"))
            return this;
        text.Append(delimiters.Field).Append(delimiters.Component).Append(delimiters.Repetition).Append(delimiters.Escape).Append(delimiters.Subcomponent);
        if (delimiters.Truncation != Hl7Delimiters.None)
            text.Append(delimiters.Truncation);
        position = 2;
        return this;
    }

    /// <summary>Writes one value as field <paramref name="n"/>.</summary>
    public Hl7MessageWriter Field(int n, string? value)
    {
        MoveTo(n);
        text.Append(Hl7Escape.Escape(value ?? "", delimiters));
        return this;
    }

    /// <summary>Writes components as field <paramref name="n"/>.</summary>
    public Hl7MessageWriter Components(int n, params ReadOnlySpan<string?> values)
    {
        MoveTo(n);
        AppendComponents(values);
        return this;
    }

    /// <summary>Writes field <paramref name="n"/> to its full depth: repetitions of components of subcomponents.</summary>
    public Hl7MessageWriter Repetitions(int n, IReadOnlyList<IReadOnlyList<IReadOnlyList<string?>>> repetitions)
    {
        MoveTo(n);
        for (var r = 0; r < repetitions.Count; r++)
        {
            if (r > 0)
                text.Append(delimiters.Repetition);
            for (var c = 0; c < repetitions[r].Count; c++)
            {
                if (c > 0)
                    text.Append(delimiters.Component);
                AppendParts(repetitions[r][c]);
            }
        }

        return this;
    }

    /// <summary>Writes one more repetition of the field written last.</summary>
    public Hl7MessageWriter Repeat(params ReadOnlySpan<string?> values)
    {
        text.Append(delimiters.Repetition);
        AppendComponents(values);
        return this;
    }

    /// <summary>The message in UTF-8.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToString());

    public override string ToString() => text.Length == 0 ? "" : text.ToString() + '\r';

    private void AppendComponents(ReadOnlySpan<string?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
                text.Append(delimiters.Component);
            text.Append(Hl7Escape.Escape(values[i] ?? "", delimiters));
        }
    }

    private void AppendParts(IReadOnlyList<string?> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0)
                text.Append(delimiters.Subcomponent);
            text.Append(Hl7Escape.Escape(parts[i] ?? "", delimiters));
        }
    }

    private void MoveTo(int n)
    {
        if (n <= position)
            throw new ArgumentOutOfRangeException(nameof(n), "fields are written in ascending order");
        text.Append(delimiters.Field, n - position);
        position = n;
    }
}

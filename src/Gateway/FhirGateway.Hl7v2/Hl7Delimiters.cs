namespace FhirGateway.Hl7v2;

/// <summary>The delimiters of one message, read from its MSH-1 and MSH-2 (chapter 2, message delimiters).</summary>
public readonly record struct Hl7Delimiters(char Field, char Component, char Repetition, char Escape, char Subcomponent, char Truncation)
{
    /// <summary>Stands for a delimiter that the message does not declare; it occurs in no decoded text.</summary>
    public const char None = '\uFFFF';

    /// <summary>The delimiters that the standard suggests.</summary>
    public static readonly Hl7Delimiters Standard = new('|', '^', '~', '\\', '&', None);

    /// <summary>
    /// Reads the delimiters of a header segment (MSH, BHS, FHS) that starts at the first byte.
    /// Delimiters that MSH-2 leaves out take the suggested value. False if one is a letter, a digit, a control, not ASCII, or used twice.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> header, out Hl7Delimiters delimiters)
    {
        delimiters = Standard;
        if (header.Length < 4 || !IsDelimiter(header[3]))
            return false;
        var field = header[3];
        Span<char> encoding = ['^', '~', '\\', '&', None];
        var rest = header[4..];
        var n = 0;
        while (n < rest.Length && rest[n] != field && rest[n] >= 0x20)
        {
            if (n == 5 || !IsDelimiter(rest[n]))
                return false;
            encoding[n] = (char)rest[n];
            n++;
        }
        delimiters = new Hl7Delimiters((char)field, encoding[0], encoding[1], encoding[2], encoding[3], encoding[4]);
        return delimiters.AreDistinct();
    }

    private static bool IsDelimiter(byte b) => b is > 0x20 and < 0x7F && !char.IsAsciiLetterOrDigit((char)b) && b != '"';

    private bool AreDistinct()
    {
        ReadOnlySpan<char> all = [Field, Component, Repetition, Escape, Subcomponent, Truncation];
        for (var i = 0; i < all.Length; i++)
            if (all[(i + 1)..].Contains(all[i]))
                return false;
        return true;
    }
}

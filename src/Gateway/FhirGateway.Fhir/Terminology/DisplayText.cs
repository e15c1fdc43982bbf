using System.Text;

namespace FhirGateway.Fhir.Terminology;

/// <summary>Compares displays: letter case, white space at the ends and its length within do not count.</summary>
internal static class DisplayText
{
    /// <summary>The code systems of V3 as R4 publishes them have displays cut off after so many characters.</summary>
    private const int CutOff = 50;

    /// <summary>Whether the display begins with a known one that was cut off.</summary>
    /// <param name="display">UTF-8.</param>
    /// <param name="known">What it is compared with.</param>
    public static bool Continues(ReadOnlySpan<byte> display, string known) =>
        known.Length is CutOff or CutOff - 1 && Encoding.UTF8.GetString(display).StartsWith(known, StringComparison.OrdinalIgnoreCase);

    /// <param name="display">UTF-8.</param>
    /// <param name="known">What it is compared with.</param>
    public static bool AreSame(ReadOnlySpan<byte> display, string known)
    {
        var rest = known.AsSpan().Trim();
        display = Trim(display);
        while (true)
        {
            if (display.IsEmpty || rest.IsEmpty)
                return display.IsEmpty && rest.IsEmpty;
            Rune.DecodeFromUtf8(display, out var left, out var bytes);
            Rune.DecodeFromUtf16(rest, out var right, out var chars);
            display = display[bytes..];
            rest = rest[chars..];
            if (Rune.IsWhiteSpace(left) && Rune.IsWhiteSpace(right))
            {
                display = Trim(display);
                rest = rest.TrimStart();
            }
            else if (left != right && Rune.ToUpperInvariant(left) != Rune.ToUpperInvariant(right))
            {
                return false;
            }
        }
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (Rune.DecodeFromUtf8(text, out var rune, out var length) == System.Buffers.OperationStatus.Done && Rune.IsWhiteSpace(rune))
            text = text[length..];
        while (Rune.DecodeLastFromUtf8(text, out var rune, out var length) == System.Buffers.OperationStatus.Done && Rune.IsWhiteSpace(rune))
            text = text[..^length];
        return text;
    }
}

using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Equivalence of strings: case is ignored and every run of white space is one space (FHIRPath, "Equivalent").</summary>
internal static class EquivalentTexts
{
    public static bool AreEquivalent(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        x = x.Trim(" \t\r\n"u8);
        y = y.Trim(" \t\r\n"u8);
        while (!x.IsEmpty && !y.IsEmpty)
            if (Next(ref x) != Next(ref y))
                return false;
        return x.IsEmpty && y.IsEmpty;
    }

    private static Rune Next(ref ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out var rune, out var used);
        text = text[used..];
        if (!Rune.IsWhiteSpace(rune))
            return Rune.ToLowerInvariant(rune);
        text = text.TrimStart(" \t\r\n"u8);
        return new Rune(' ');
    }
}

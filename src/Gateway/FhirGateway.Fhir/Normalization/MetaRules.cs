using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Normalization;

/// <summary>Names the profile in meta.profile; what was declared stays.</summary>
internal static class MetaRules
{
    /// <summary>CARIN's profiles 1.1 and 2.0 ask by an invariant that their version is declared with them.</summary>
    private const string VersionAsked = "http://hl7.org/fhir/us/carin-bb/StructureDefinition/";

    /// <param name="pass">The resource.</param>
    /// <param name="profile">The canonical to declare, or empty.</param>
    /// <param name="source">The URI to set as meta.source where there is none, or empty.</param>
    public static void Apply(NormalizationPass pass, ReadOnlySpan<byte> profile, ReadOnlySpan<byte> source)
    {
        var tape = pass.Tape;
        var meta = tape.Find(0, "meta"u8);
        var declared = tape.Find(meta, "profile"u8);
        if (meta >= 0 && tape[meta].Kind != JsonKind.Object)
            return;
        var isSourceAdded = !source.IsEmpty && tape.Find(meta, "source"u8) < 0;
        var isProfileAdded = !profile.IsEmpty && (declared < 0 || (pass.IsArray(declared) && !IsDeclared(pass, declared, profile)));
        if (isProfileAdded)
            pass.Changes.Add(NormalizationRule.DeclaredProfile, Math.Max(0, declared), declared < 0 ? "meta.profile" : null);
        if (isProfileAdded && declared >= 0)
            pass.Append(declared, "\""u8, profile, "\""u8);
        var isListAdded = isProfileAdded && declared < 0;
        if (!isSourceAdded && !isListAdded)
            return;
        var isLast = meta < 0 || tape[meta].Next == meta + 1;
        var at = meta < 0 ? tape[0].Start + tape[0].Length - 1 : tape[meta].Start + 1;
        if (meta < 0)
            pass.Append(0, "\"meta\":{"u8);
        if (isSourceAdded)
            pass.Patches.Insert(at, "\"source\":\""u8, source, isLast && !isListAdded ? "\""u8 : "\","u8);
        if (isListAdded)
            pass.Patches.Insert(at, "\"profile\":[\""u8, profile, isLast ? "\"]"u8 : "\"],"u8);
        if (meta < 0)
            pass.Patches.Insert(at, "}"u8);
    }

    /// <summary>Whether it is declared, in whatever version: another version than the one checked is for the report to say.</summary>
    private static bool IsDeclared(NormalizationPass pass, int declared, ReadOnlySpan<byte> profile)
    {
        var bar = profile.IndexOf((byte)'|');
        var url = bar < 0 ? profile : profile[..bar];
        for (var i = declared + 1; i < pass.Tape[declared].Next; i = pass.Tape[i].Next)
        {
            if (!pass.Tape.IsString(i))
                continue;
            var one = pass.Tape.Bytes(i);
            if (one.SequenceEqual(profile) || (one.StartsWith(url) && one.Length > url.Length && one[url.Length] == '|'))
                return true;
            if (one.SequenceEqual(url) && !IsVersionAsked(url))
                return true;
        }
        return false;
    }

    private static bool IsVersionAsked(ReadOnlySpan<byte> url) => System.Text.Ascii.Equals(url[..Math.Min(url.Length, VersionAsked.Length)], VersionAsked);
}

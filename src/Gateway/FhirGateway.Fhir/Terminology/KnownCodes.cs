using System.Text;
using FhirGateway.Fhir.Definitions;

namespace FhirGateway.Fhir.Terminology;

/// <summary>
/// What the code systems of the packages say about a code by itself, whatever it is bound to: whether it exists, and what it is
/// called. A system is read when a code of it is first asked for; asking after that allocates nothing. Safe for parallel use.
/// </summary>
public sealed class KnownCodes
{
    private readonly CodeTable urls;
    private readonly Lazy<CodeSystemIndex[]>[] systems;
    private readonly GrammarSystem?[] grammars;
    private readonly Lazy<ILookup<string, CodeSystemIndex>> supplements;

    internal KnownCodes(TerminologySource source)
    {
        var all = source.CodeSystemUrls.Concat(GrammarSystem.All.Select(g => g.Url)).Distinct(StringComparer.Ordinal).ToArray();
        urls = CodeTable.Create(all);
        systems = [.. all.Select(url => new Lazy<CodeSystemIndex[]>(() => [.. source.CodeSystems(url)]))];
        grammars = [.. all.Select(GrammarSystem.Find)];
        supplements = new(() => all.SelectMany(source.CodeSystems).Where(i => i.System.Supplements is not null).ToLookup(i => BaseOf(i.System), StringComparer.Ordinal));
    }

    /// <summary>Whether a code exists: no only if a complete code system, or its grammar, says so; null if that is not known.</summary>
    /// <param name="system">Coding.system, UTF-8.</param>
    /// <param name="code">Coding.code, UTF-8.</param>
    public bool? IsKnownCode(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        var at = urls.Find(system);
        if (at < 0)
            return null;
        var (isComplete, isPart) = (false, false);
        foreach (var index in systems[at].Value)
        {
            if (index.IsSupplement)
                continue;
            if (index.Codes.Contains(code))
                return true;
            isComplete |= index.IsComplete;
            isPart |= !index.IsComplete;
        }
        if (isComplete && !isPart)
            return false;
        return grammars[at]?.Check(code) switch
        {
            Membership.Member => true,
            Membership.NotMember => false,
            _ => null,
        };
    }

    /// <summary>Whether a system is a supplement: it adds to another one, has no codes of its own and is never the system of a coding.</summary>
    public bool IsSupplement(ReadOnlySpan<byte> system)
    {
        var at = urls.Find(system);
        if (at < 0 || systems[at].Value.Length == 0)
            return false;
        foreach (var index in systems[at].Value)
            if (!index.IsSupplement)
                return false;
        return true;
    }

    /// <summary>Compares a display with what the code system and its supplements call the code.</summary>
    /// <param name="system">Coding.system, UTF-8.</param>
    /// <param name="code">Coding.code, UTF-8.</param>
    /// <param name="display">Coding.display, UTF-8.</param>
    public DisplayCheck CheckDisplay(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> display)
    {
        var at = urls.Find(system);
        if (at < 0)
            return DisplayCheck.Unknown;
        var result = Check(systems[at].Value, code, display);
        return result == DisplayCheck.Different ? CheckSupplements(system, code, display) : result;
    }

    /// <summary>Only here, where a display is wrong, are all systems read to see which of them are supplements.</summary>
    private DisplayCheck CheckSupplements(ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> display)
    {
        foreach (var index in supplements.Value[Encoding.UTF8.GetString(system)])
            if (Find(index, code) is { } concept && Compare(concept, display) == DisplayCheck.Same)
                return DisplayCheck.Same;
        return DisplayCheck.Different;
    }

    private static DisplayCheck Check(CodeSystemIndex[] versions, ReadOnlySpan<byte> code, ReadOnlySpan<byte> display)
    {
        var result = DisplayCheck.Unknown;
        foreach (var index in versions)
        {
            if (Find(index, code) is not { } concept)
                continue;
            var own = Compare(concept, display);
            if (own == DisplayCheck.Same)
                return own;
            if (own == DisplayCheck.Different)
                result = own;
        }
        return result;
    }

    private static DisplayCheck Compare(CodeSystemConcept concept, ReadOnlySpan<byte> display)
    {
        if (concept.Display is not null && (DisplayText.AreSame(display, concept.Display) || DisplayText.Continues(display, concept.Display)))
            return DisplayCheck.Same;
        foreach (var designation in concept.Designations)
            if (DisplayText.AreSame(display, designation))
                return DisplayCheck.Same;
        return concept.Display is null && concept.Designations.IsEmpty ? DisplayCheck.Unknown : DisplayCheck.Different;
    }

    private static CodeSystemConcept? Find(CodeSystemIndex index, ReadOnlySpan<byte> code) =>
        index.Codes.Find(code) is var at and >= 0 ? index.System.Concepts[at] : null;

    private static string BaseOf(FhirCodeSystem supplement) => supplement.Supplements!.Split('|')[0];
}

using System.Text;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.References;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

public sealed partial class ProfileValidator
{
    /// <summary>Targets that were checked against a profile within this resource, so that references in a circle end.</summary>
    private readonly Dictionary<(int Target, int Profile), bool> targets = [];
    private readonly ReferenceIndex references = new();
    private bool isIndexed;
    private bool isBundle;

    private void CheckReference(int value, ValuePlan plan)
    {
        if (plan.Reference is not { } allowed)
            return;
        var target = FindTarget(value, out var type);
        if (type is null)
            return;
        if (!IsAllowed(allowed, type))
        {
            Report(IssueSeverity.Error, "structure", "reference-target", null, value, $"Must refer to {allowed.Expected}, not to {type}", allowed.Source);
            return;
        }
        if (target >= 0 && allowed.Profiles.Length > 0 && !SatisfiesTarget(target, type, allowed))
            Report(IssueSeverity.Error, "structure", "reference-profile", null, value,
                $"The {type} that it refers to satisfies none of the profiles {string.Join(", ", (IEnumerable<CompiledProfile>)allowed.Profiles)}", allowed.Source);
    }

    private bool SatisfiesTarget(int target, string type, ReferencePlan allowed)
    {
        var isPlain = allowed.IsPlain;
        foreach (var profile in allowed.Profiles)
        {
            if (profile.Type != type)
                continue;
            isPlain = false;
            if (targets.TryGetValue((target, profile.Id), out var known))
            {
                if (known)
                    return true;
                continue;
            }
            // While it is being checked it counts as good.
            targets[(target, profile.Id)] = true;
            var holds = SatisfiesProfile(target, profile);
            targets[(target, profile.Id)] = holds;
            if (holds)
                return true;
        }
        return isPlain;
    }

    private static bool IsAllowed(ReferencePlan allowed, string type)
    {
        foreach (var one in allowed.Types)
            if (Ascii.Equals(one, type))
                return true;
        return false;
    }

    /// <summary>The resource that a Reference points to, if it is within the same Bundle or contained, or -1; and its type as far as it can be told.</summary>
    private int FindTarget(int reference, out string? type)
    {
        type = null;
        var literal = tape.Find(reference, "reference"u8);
        if (tape.IsString(literal))
        {
            var text = tape.Bytes(literal);
            var target = Resolve(text, reference);
            if (target >= 0)
            {
                type = tape.Find(target, "resourceType"u8) is >= 0 and var name && tape.IsString(name) ? plans.Table.FindResourceType(tape.Bytes(name)) : null;
                return target;
            }
            type = ReferenceIndex.TypeOf(text, plans.Table)?.Name;
        }
        if (type is null && tape.Find(reference, "type"u8) is >= 0 and var given && tape.IsString(given))
            type = plans.Table.FindResourceType(tape.Bytes(given));
        return -1;
    }

    /// <summary>Only a contained resource, a Bundle or Parameters can hold a target; the index is made when the first reference asks for it.</summary>
    private int Resolve(ReadOnlySpan<byte> text, int from)
    {
        if (text is not [(byte)'#', ..] && !isBundle)
            return -1;
        if (!isIndexed)
            references.Read(tape);
        isIndexed = true;
        return references.Find(text, from);
    }
}

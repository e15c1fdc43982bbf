using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Profiles;

public sealed partial class ProfileValidator
{
    private const int DoesNotFit = -1;

    /// <summary>
    /// The profile of the preferred packages that a resource falls under by its type and what its profiles demand of category,
    /// code, type and subType: the one of which most is met, in the order of the packages. Null if there is none.
    /// </summary>
    /// <param name="json">The resource; what it declares in meta.profile is not looked at.</param>
    /// <returns>Canonical URL without a version.</returns>
    public string? ChooseProfile(JsonTape json)
    {
        var outer = tape;
        tape = json;
        var typeNode = tape.Find(0, "resourceType"u8);
        var type = tape.IsString(typeNode) ? plans.Table.FindResource(tape.Bytes(typeNode)) : null;
        var fitting = type is null ? null : Choose(0, type);
        tape = outer;
        return fitting?.Structure.Url;
    }

    private CompiledProfile? Choose(int node, StructureType type)
    {
        CompiledProfile? best = null;
        CompiledProfile? general = null;
        var most = DoesNotFit;
        foreach (var candidate in plans.Candidates(type))
        {
            var list = default(ProfileList);
            list.Add(candidate);
            var fit = Fit(node, plans.Resource(type, in list).Value.Object!);
            // An abstract one is for what none of those that are based on it is for; it must be met in something.
            if (candidate.Structure.IsAbstract)
                general ??= fit > 0 ? candidate : null;
            else if (fit > most)
                (best, most) = (candidate, fit);
        }
        return best ?? general;
    }

    /// <summary>How many demands on the elements that say what a resource is are met; <see cref="DoesNotFit"/> if one is not.</summary>
    private int Fit(int node, ObjectPlan plan)
    {
        var fit = 0;
        foreach (var name in ProfileFeatures.Names)
            if (plan.Find(name) is { } property)
            {
                var own = Fit(tape.Find(node, name), property);
                if (own == DoesNotFit)
                    return own;
                fit += own;
            }
        return fit;
    }

    private int Fit(int value, PropertyPlan property)
    {
        var fit = 0;
        foreach (var slicer in property.Element.Slicers)
            foreach (var slice in slicer.Slices)
            {
                if (slice.Min == 0 || !slicer.Source.IsProfile)
                    continue;
                if (!HasItemIn(value, slice))
                    return DoesNotFit;
                fit += 2;
            }
        if (value < 0)
            return property.Value.Matchers.Length > 0 ? DoesNotFit : fit;
        var first = tape.FirstItem(value);
        if (first < 0)
            return fit;
        foreach (var matcher in property.Value.Matchers)
        {
            if (!matcher.Matches(tape, first))
                return DoesNotFit;
            fit += 2;
        }
        foreach (var binding in property.Value.Bindings)
            if (binding.Source.IsProfile && binding.Strength == BindingStrength.Required && tape[first].Kind == JsonKind.Object)
            {
                var answer = IsCodedMember(first, binding.ValueSet);
                if (answer == Membership.NotMember)
                    return DoesNotFit;
                fit += answer == Membership.Member ? 1 : 0;
            }
        if (property.Value.Object?.Find("coding"u8) is { } coding && tape[first].Kind == JsonKind.Object)
            return Fit(tape.Find(first, "coding"u8), coding) is var inner and not DoesNotFit ? fit + inner : DoesNotFit;
        return fit;
    }

    private bool HasItemIn(int value, SlicePlan slice)
    {
        if (value < 0)
            return false;
        if (tape[value].Kind != JsonKind.Array)
            return IsInSlice(slice, value);
        for (var item = value + 1; item < tape[value].Next; item = tape[item].Next)
            if (IsInSlice(slice, item))
                return true;
        return false;
    }

    private Membership IsCodedMember(int concept, CompiledValueSet set)
    {
        var coding = tape.Find(concept, "coding"u8);
        if (coding < 0 || tape[coding].Kind != JsonKind.Array)
            return Membership.NotMember;
        var answer = Membership.NotMember;
        for (var item = coding + 1; item < tape[coding].Next; item = tape[item].Next)
        {
            var own = IsMember(item, set);
            if (own == Membership.Member)
                return own;
            if (own == Membership.Unknown)
                answer = own;
        }
        return answer;
    }
}

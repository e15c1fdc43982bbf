using System.Text;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Profiles;

public sealed partial class ProfileValidator
{
    private const int Unmatched = -1;

    private int ValidateSliced(int value, int sidecar, PropertyPlan property, ValuePlan owner, bool isArray)
    {
        var element = property.Element;
        var slicers = element.Slicers;
        var counted = countsTop;
        foreach (var slicer in slicers)
            TakeCounts(slicer.SliceTotal);
        Span<int> last = stackalloc int[slicers.Length];
        var items = new ItemCursor(tape, value, sidecar);
        while (items.MoveNext() && !IsDone)
            ValidateSlicedItem(items.Value, items.Sidecar, property, owner, isArray ? items.Index : -1, counted, last);
        if (isArray)
            ReportUnequal(in items, property);
        var at = counted;
        foreach (var slicer in slicers)
            at = CheckSliceCounts(slicer, at, property, Math.Max(value, sidecar));
        countsTop = counted;
        return items.Index;
    }

    private void ValidateSlicedItem(int value, int sidecar, PropertyPlan property, ValuePlan owner, int item, int counted, Span<int> last)
    {
        var at = counted;
        var isChecked = false;
        for (var i = 0; i < last.Length; i++)
        {
            var slicer = property.Element.Slicers[i];
            var slice = FindSlice(slicer, Math.Max(value, sidecar));
            CheckOrder(slicer, slice, ref last[i], property.Step, item, Math.Max(value, sidecar));
            if (slice == Unmatched)
            {
                if (slicer.Rules == SlicingRules.Closed)
                    Report(IssueSeverity.Error, "structure", "slice-closed", property.Step, Math.Max(value, sidecar),
                        $"Belongs to none of the slices {slicer.Names}, and no other is allowed", slicer.Source, item);
            }
            else
            {
                var plan = slicer.Slices[slice];
                counts[at + slice]++;
                if (property.Value.IsExtension)
                    ValidateExtension(value, plan.Value, property.Step, item, owner, isSliced: true);
                else
                    ValidateValue(value, sidecar, plan.Value, property.Step, item);
                isChecked = true;
                CountInner(plan, Math.Max(value, sidecar), at + slicer.Slices.Length + plan.InnerOffset, property, item);
            }
            at += slicer.SliceTotal;
        }
        if (isChecked)
            return;
        if (owner.IsExtension && property.Value.IsExtension && value >= 0 && tape.Find(value, "url"u8) is >= 0 and var url && tape.IsString(url)
            && tape.Bytes(url).IndexOf((byte)':') < 0)
            Report(IssueSeverity.Error, "extension", "extension-part", property.Step, url,
                $"The extension has no part of this url; its parts are {string.Join(", ", property.Element.Slicers.Select(s => s.Names))}", property.Element.Slicers[0].Source, item);
        ValidateItem(value, sidecar, property.Value, property.Step, item, owner);
    }

    /// <summary>Items of ordered slices stand in the order of the slices, and with openAtEnd others behind them (profiling.html#slicing).</summary>
    private void CheckOrder(SlicerPlan slicer, int slice, ref int last, string step, int item, int node)
    {
        var position = slice == Unmatched ? slicer.Slices.Length : slice;
        if (slicer.Rules == SlicingRules.OpenAtEnd && slice != Unmatched && last == slicer.Slices.Length)
            Report(IssueSeverity.Error, "structure", "slice-order", step, node, $"Items of the slice {slicer.Slices[slice].Name} stand before those that belong to no slice", slicer.Source, item);
        else if (slicer.IsOrdered && slice != Unmatched && slice < last && last < slicer.Slices.Length)
            Report(IssueSeverity.Error, "structure", "slice-order", step, node, $"The slices stand in this order: {slicer.Names}", slicer.Source, item);
        if (slice != Unmatched || slicer.Rules == SlicingRules.OpenAtEnd)
            last = Math.Max(last, position);
    }

    /// <summary>Slices of a slice: the item counts there too, and must be what the inner slice says.</summary>
    private void CountInner(SlicePlan outer, int node, int at, PropertyPlan property, int item)
    {
        foreach (var slicer in outer.Slicers)
        {
            var slice = FindSlice(slicer, node);
            if (slice != Unmatched)
            {
                counts[at + slice]++;
                ValidateValue(node, -1, slicer.Slices[slice].Value, property.Step, item);
            }
            at += slicer.SliceTotal;
        }
    }

    private int CheckSliceCounts(SlicerPlan slicer, int at, PropertyPlan property, int node)
    {
        for (var i = 0; i < slicer.Slices.Length; i++)
        {
            var slice = slicer.Slices[i];
            var count = counts[at + i];
            if (count < slice.Min)
                ReportMissing(node, property.Step, slice, count);
            else if (count > slice.Max)
                Report(IssueSeverity.Error, "structure", "slice-max", property.Step, node,
                    slice.Max == 0 ? $"The slice {slice.Name} is not allowed" : $"The slice {slice.Name} occurs {count} times; at most {slice.Max} is allowed", slice.Source);
            if (count == 0)
                continue;
            var inner = at + slicer.Slices.Length + slice.InnerOffset;
            foreach (var nested in slice.Slicers)
                inner = CheckSliceCounts(nested, inner, property, node);
        }
        return at + slicer.SliceTotal;
    }

    private int FindSlice(SlicerPlan slicer, int node)
    {
        if (slicer.IsByUrl)
        {
            var url = tape.Find(node, "url"u8);
            if (!tape.IsString(url))
                return Unmatched;
            var text = tape.Bytes(url);
            for (var i = 0; i < slicer.Slices.Length; i++)
                if (text.SequenceEqual(slicer.Slices[i].Url))
                    return i;
            return Unmatched;
        }
        for (var i = 0; i < slicer.Slices.Length; i++)
            if (IsInSlice(slicer.Slices[i], node))
                return i;
        return Unmatched;
    }

    private bool IsInSlice(SlicePlan slice, int node)
    {
        if (slice.Url is { } url)
            return tape.Find(node, "url"u8) is >= 0 and var found && tape.IsString(found) && tape.Bytes(found).SequenceEqual(url);
        foreach (var condition in slice.Conditions)
            if (condition.IsUndecidable || Reaches(node, condition, 0) == (condition.Exists == false))
                return false;
        return slice.Conditions.Length > 0;
    }

    /// <summary>Whether some element at the path of the condition satisfies it.</summary>
    private bool Reaches(int node, SliceCondition condition, int step)
    {
        if (node < 0)
            return false;
        if (tape[node].Kind == JsonKind.Array)
        {
            for (var item = node + 1; item < tape[node].Next; item = tape[item].Next)
                if (Reaches(item, condition, step))
                    return true;
            return false;
        }
        if (step == condition.Path.Length)
            return Satisfies(node, condition);
        var next = condition.Path[step];
        switch (next.Kind)
        {
            case SliceStepKind.Element:
                foreach (var name in next.Names)
                    if (tape.Find(node, name) is >= 0 and var child && Reaches(child, condition, step + 1))
                        return true;
                return false;
            case SliceStepKind.Extension:
                return ReachesExtension(node, condition, step, next.Names[0]);
            case SliceStepKind.Resolve:
                return ReachesTarget(node, condition, step);
            default:
                return Reaches(node, condition, step + 1);
        }
    }

    private bool ReachesExtension(int node, SliceCondition condition, int step, byte[] url)
    {
        var list = tape.Find(node, "extension"u8);
        if (list < 0 || tape[list].Kind != JsonKind.Array)
            return false;
        for (var item = list + 1; item < tape[list].Next; item = tape[item].Next)
            if (tape.Find(item, "url"u8) is >= 0 and var found && tape.IsString(found) && tape.Bytes(found).SequenceEqual(url) && Reaches(item, condition, step + 1))
                return true;
        return false;
    }

    private bool ReachesTarget(int node, SliceCondition condition, int step)
    {
        var target = FindTarget(node, out var type);
        if (target >= 0)
            return Reaches(target, condition, step + 1);
        // What cannot be read can still be told by the type in the reference.
        return condition.Types.Length > 0 && step + 1 == condition.Path.Length && Array.Exists(condition.Types, t => t == type);
    }

    private bool Satisfies(int node, SliceCondition condition)
    {
        if (condition.Exists is not null)
            return true;
        if (condition.Values.Length > 0)
        {
            foreach (var value in condition.Values)
                if (!value.Matches(tape, node))
                    return false;
            return true;
        }
        if (condition.ValueSets.Length > 0)
            return IsCodedIn(node, condition.ValueSets[0]);
        if (condition.Types.Length > 0)
            return tape.Find(node, "resourceType"u8) is >= 0 and var type ? IsOneOf(type, condition.Types) : condition.Path.Length > 0;
        foreach (var profile in condition.Profiles)
            if (SatisfiesProfile(node, profile))
                return true;
        return false;
    }

    private bool IsCodedIn(int node, CompiledValueSet set)
    {
        if (tape[node].Kind == JsonKind.String)
            return set.CheckCode(tape.Bytes(node)) == Membership.Member;
        var coding = tape.Find(node, "coding"u8);
        if (coding < 0)
            return IsMember(node, set) == Membership.Member;
        if (tape[coding].Kind != JsonKind.Array)
            return false;
        for (var item = coding + 1; item < tape[coding].Next; item = tape[item].Next)
            if (IsMember(item, set) == Membership.Member)
                return true;
        return false;
    }

    /// <summary>Whether the object would pass without an error, found without reporting.</summary>
    private bool SatisfiesProfile(int node, CompiledProfile profile)
    {
        if (tape.Find(node, "resourceType"u8) is >= 0 and var type)
        {
            if (!Ascii.Equals(tape.Bytes(type), profile.Type))
                return false;
            var required = default(ProfileList);
            required.Add(profile);
            var saved = BeginQuiet();
            ValidateResource(node, "", -1, in required, isContained: false);
            return EndQuiet(saved);
        }
        return SatisfiesPlan(node, plans.Value(profile));
    }

    private bool SatisfiesPlan(int node, ValuePlan plan)
    {
        var saved = BeginQuiet();
        ValidateValue(node, -1, plan, "", -1);
        return EndQuiet(saved);
    }

    /// <summary>From here to <see cref="EndQuiet"/> nothing is reported; the first error ends the walk.</summary>
    private (bool HasFailed, int Level, int Open, int Counts) BeginQuiet()
    {
        var saved = (hasFailed, level, openTop, countsTop);
        quiet++;
        hasFailed = false;
        return saved;
    }

    /// <summary>Whether there was no error.</summary>
    private bool EndQuiet((bool HasFailed, int Level, int Open, int Counts) saved)
    {
        var isFree = !hasFailed;
        quiet--;
        (hasFailed, level, openTop, countsTop) = saved;
        return isFree;
    }
}

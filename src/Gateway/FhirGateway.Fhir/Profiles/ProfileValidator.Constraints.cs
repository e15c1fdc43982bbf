using System.Globalization;
using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Profiles;

public sealed partial class ProfileValidator
{
    /// <param name="value">Token of the value, or -1.</param>
    /// <param name="sidecar">Token of the extensions of a primitive, or -1.</param>
    /// <param name="plan">What it must be.</param>
    private void CheckConstraints(int value, int sidecar, ValuePlan plan)
    {
        foreach (var matcher in plan.Matchers)
            if (value >= 0 && !matcher.Matches(tape, value))
                Report(IssueSeverity.Error, "value", matcher.IsFixed ? "fixed" : "pattern", null, value, matcher.Message, matcher.Source);
        if (value >= 0)
        {
            foreach (var binding in plan.Bindings)
                CheckBinding(value, plan, binding);
            foreach (var range in plan.Ranges)
                CheckRange(value, plan, range);
            if (plan.IsReference)
                CheckReference(value, plan);
            else if (plan.IsCoding)
                CheckCoding(value);
            foreach (var alternatives in plan.Alternatives)
                CheckAlternatives(value, alternatives);
        }
        if (plan.Invariants.Length > 0)
            CheckInvariants(value, sidecar, plan);
    }

    private void CheckInvariants(int value, int sidecar, ValuePlan plan)
    {
        if (plan.Primitive == PrimitiveKind.None && plan.Type is null)
            return;
        var focus = plan.Primitive == PrimitiveKind.None ? FhirPathNode.Of(value, plan.Type) : FhirPathNode.Of(value, sidecar, plan.Primitive);
        foreach (var invariant in plan.Invariants)
        {
            if ((invariant.Anchor != InvariantAnchor.None && !HasAnchor(value, invariant.Anchor)) || (isDeclaring && invariant.IsAboutDeclaration))
                continue;
            switch (evaluator.Check(invariant.Expression, in focus, in resource, in rootResource))
            {
                case FhirPathVerdict.False:
                    Report(invariant.IsError ? IssueSeverity.Error : IssueSeverity.Warning, "invariant", invariant.Key, null, Math.Max(value, sidecar), invariant.Message, invariant.Source);
                    break;
                case FhirPathVerdict.Faulted when quiet == 0 && Once.TryAdd(invariant):
                    Report(IssueSeverity.Information, "not-supported", "invariant-unchecked", null, Math.Max(value, sidecar), $"{invariant.Key} could not be evaluated", invariant.Source);
                    break;
                case FhirPathVerdict.NotCheckable when quiet == 0 && Once.TryAdd(invariant):
                    Report(IssueSeverity.Information, "not-supported", "invariant-unchecked", null, Math.Max(value, sidecar), $"{invariant.Key} needs what is not at hand; it was not checked", invariant.Source);
                    break;
                default:
                    break;
            }
        }
    }

    private bool HasAnchor(int value, InvariantAnchor anchor) => anchor switch
    {
        InvariantAnchor.LocalReference => tape.Find(value, "reference"u8) is >= 0 and var reference && tape.IsString(reference) && tape.Raw(reference) is [(byte)'#', ..],
        _ => tape.Find(value, "contained"u8) >= 0,
    };

    private void CheckBinding(int value, ValuePlan plan, BindingPlan binding)
    {
        var answer = plan.TypeName switch
        {
            "CodeableConcept" => CheckConcept(value, binding),
            "Coding" => IsMember(value, binding.ValueSet),
            "Quantity" or "Age" or "Duration" or "Money" or "Count" or "Distance" => CheckQuantity(value, binding.ValueSet),
            _ when tape[value].Kind == JsonKind.String => binding.ValueSet.CheckCode(tape.Bytes(value)),
            _ => Membership.Member,
        };
        if (answer == Membership.Member)
            return;
        if (answer == Membership.Unknown)
        {
            if (quiet == 0 && Once.TryAdd(binding.ValueSet))
                Report(IssueSeverity.Information, "not-supported", "binding-unchecked", null, value,
                    $"Codes of the value set {binding.ValueSet.Canonical} were not checked: {binding.ValueSet.Reason}", binding.Source);
            return;
        }
        // Where the set is not known as a whole, a code of an allowed system can only have the wrong form.
        if (!binding.ValueSet.IsExpandable && HasAllowedSystem(value, binding.ValueSet))
        {
            Report(IssueSeverity.Warning, "code-invalid", "code-form", null, value,
                $"The code does not have the form of codes of its system (value set {binding.ValueSet.Canonical})", binding.Source);
            return;
        }
        var isRequired = binding.Strength == BindingStrength.Required;
        Report(isRequired ? IssueSeverity.Error : IssueSeverity.Warning, "code-invalid", isRequired ? "binding-required" : "binding-extensible",
            null, value, binding.Message, binding.Source);
    }

    /// <summary>Whether the code exists at all, bound or not.</summary>
    private void CheckCoding(int value)
    {
        var system = tape.Find(value, "system"u8);
        var code = tape.Find(value, "code"u8);
        if (!tape.IsString(system) || !tape.IsString(code))
            return;
        if (known.IsSupplement(tape.Bytes(system)))
            Report(IssueSeverity.Error, "code-invalid", "code-supplement", "system", system, "This code system is a supplement; name the one that it adds to");
        else if (known.IsKnownCode(tape.Bytes(system), tape.Bytes(code)) is false)
            Report(IssueSeverity.Error, "code-invalid", "code-unknown", "code", code, $"The code system {KnownSystem(system)} has no such code: use one that it has");
        var display = tape.Find(value, "display"u8);
        if (tape.IsString(display) && known.CheckDisplay(tape.Bytes(system), tape.Bytes(code), tape.Bytes(display)) == DisplayCheck.Different)
            Report(IssueSeverity.Error, "code-invalid", "display", "display", display, "The display is none that the code system gives for the code: use one of them, or leave it out");
    }

    /// <summary>Only a system that a package defines gets here: it is no data of a person.</summary>
    private string KnownSystem(int system) => Encoding.UTF8.GetString(tape.Bytes(system));

    private Membership CheckConcept(int value, BindingPlan binding)
    {
        var coding = tape.Find(value, "coding"u8);
        if (coding < 0 || tape[coding].Kind != JsonKind.Array)
        {
            // Text alone: nothing to look up. Only a required binding insists on a code; an extension may say why there is none.
            if (binding.Strength == BindingStrength.Required && tape.Find(value, "extension"u8) < 0)
                Report(IssueSeverity.Error, "code-invalid", "binding-required", null, value, binding.NoCodeMessage, binding.Source);
            return Membership.Member;
        }
        return IsCodedMember(value, binding.ValueSet);
    }

    private bool HasAllowedSystem(int value, CompiledValueSet set)
    {
        var coding = tape.Find(value, "coding"u8);
        if (coding < 0)
            return tape.Find(value, "system"u8) is >= 0 and var system && tape.IsString(system) && set.AllowsSystem(tape.Bytes(system));
        if (tape[coding].Kind != JsonKind.Array)
            return false;
        for (var item = coding + 1; item < tape[coding].Next; item = tape[item].Next)
            if (tape.Find(item, "system"u8) is >= 0 and var own && tape.IsString(own) && set.AllowsSystem(tape.Bytes(own)))
                return true;
        return false;
    }

    private Membership CheckQuantity(int value, CompiledValueSet set)
    {
        var code = tape.Find(value, "code"u8);
        if (code < 0 && tape.Find(value, "currency"u8) is >= 0 and var currency && tape.IsString(currency))
            return set.CheckCode(tape.Bytes(currency));
        return code < 0 ? Membership.Member : IsMember(value, set);
    }

    /// <summary>An object with system and code. A code without a system, or a system without a code, is in no value set.</summary>
    private Membership IsMember(int coding, CompiledValueSet set)
    {
        var code = tape.Find(coding, "code"u8);
        var system = tape.Find(coding, "system"u8);
        if (!tape.IsString(code))
            return Membership.NotMember;
        return set.Check(tape.IsString(system) ? tape.Bytes(system) : default, tape.Bytes(code));
    }

    private Membership MemberOf(string valueSet, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, bool hasSystem)
    {
        var set = plans.Terminology.Find(valueSet, null);
        return hasSystem ? set.Check(system, code) : set.CheckCode(code);
    }

    private void CheckRange(int value, ValuePlan plan, RangePlan range)
    {
        if (range.MaxLength is { } length && tape[value].Kind == JsonKind.String && tape[value].Length > length
            && Encoding.UTF8.GetCharCount(tape.Bytes(value)) > length)
            Report(IssueSeverity.Error, "value", "max-length", null, value, $"Must have at most {length} characters", range.Source);
        if (range.Min is { } min && Compare(value, plan, min) is < 0)
            Report(IssueSeverity.Error, "value", "min-value", null, value, $"Must be at least {min.Json}", range.Source);
        if (range.Max is { } max && Compare(value, plan, max) is > 0)
            Report(IssueSeverity.Error, "value", "max-value", null, value, $"Must be at most {max.Json}", range.Source);
    }

    /// <summary>The order of a value and a limit; null if they cannot be compared.</summary>
    private int? Compare(int value, ValuePlan plan, ElementValue limit)
    {
        using var document = JsonDocument.Parse(limit.Json);
        var bound = document.RootElement;
        if (tape[value].Kind == JsonKind.Object)
            return CompareQuantity(value, bound);
        if (tape[value].Kind == JsonKind.Number && bound.ValueKind == JsonValueKind.Number)
            return Number(value)?.CompareTo(bound.GetDecimal());
        if (tape[value].Kind != JsonKind.String || bound.ValueKind != JsonValueKind.String)
            return null;
        var (left, right) = (tape.Text(value), bound.GetString()!);
        if (plan.Primitive is PrimitiveKind.Date or PrimitiveKind.DateTime or PrimitiveKind.Instant && left.Contains('T') && right.Contains('T')
            && DateTimeOffset.TryParse(left, CultureInfo.InvariantCulture, out var a) && DateTimeOffset.TryParse(right, CultureInfo.InvariantCulture, out var b))
            return a.CompareTo(b);
        // Up to the precision that both have.
        var common = Math.Min(left.Length, right.Length);
        return string.CompareOrdinal(left, 0, right, 0, common);
    }

    private int? CompareQuantity(int value, JsonElement bound)
    {
        if (tape.Find(value, "value"u8) is not (>= 0 and var node) || Number(node) is not { } number
            || !bound.TryGetProperty("value", out var limit) || !limit.TryGetDecimal(out var most))
            return null;
        var unit = tape.FindText(value, "code"u8);
        var boundUnit = bound.TryGetProperty("code", out var code) ? code.GetString() : null;
        if (unit == boundUnit)
            return number.CompareTo(most);
        return unit is not null && boundUnit is not null && Ucum.TryConvert(number, unit, boundUnit, out var converted) ? converted.CompareTo(most) : null;
    }

    private decimal? Number(int node) =>
        tape[node].Kind == JsonKind.Number && decimal.TryParse(tape.Raw(node), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private void CheckAlternatives(int value, AlternativePlan alternatives)
    {
        foreach (var plan in alternatives.Plans)
            if (SatisfiesPlan(value, plan))
                return;
        Report(IssueSeverity.Error, "structure", "type-profile", null, value,
            $"Must satisfy one of the profiles {string.Join(", ", alternatives.Canonicals)}", alternatives.Source);
    }
}

using System.Collections.Frozen;
using System.Globalization;
using FhirGateway.Fhir.Definitions;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>Each element of a differential is one of the base, in its order, and leaves less than the base allows (elementdefinition.html).</summary>
internal sealed class DifferentialRules
{
    private static readonly FrozenSet<string> Bindable = (
        "code Coding CodeableConcept CodeableReference Quantity Age Count Distance Duration Money SimpleQuantity MoneyQuantity "
        + "string uri url canonical markdown id Extension").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private readonly Dictionary<string, string> narrowed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> lastIndex = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> slicings = new(StringComparer.Ordinal);
    private readonly SlicingDefinitionRules slices = new();
    private RuleReport report = null!;
    private JsonTape tape = null!;
    private BaseElements elements = null!;

    public void Check(RuleReport target, int differential, BaseElements parent)
    {
        (report, tape, elements) = (target, target.Tape, parent);
        narrowed.Clear();
        lastIndex.Clear();
        slicings.Clear();
        foreach (var element in tape.Items(differential, "element"u8))
        {
            var path = tape.FindText(element, "path"u8);
            if (path is null)
                continue;
            var type = OnlyType(element);
            if (type is not null)
                narrowed[path] = type;
            if (elements.Has(path, narrowed) == false)
            {
                report.Error(element, "invalid", "differential-path", "The base has no element with this path");
                continue;
            }
            CheckOrder(element, path);
            CheckConstraints(element);
            CheckAgainst(element, path, elements.Find(path));
            slices.Check(report, element, path, type, elements, slicings, differential);
        }
    }

    private void CheckConstraints(int element)
    {
        foreach (var constraint in tape.Items(element, "constraint"u8))
        {
            var expression = tape.Find(constraint, "expression"u8);
            if (tape.IsString(expression) && !FhirPathExpression.TryCompile(tape.Text(expression), out _, out var fault))
                report.Error(expression, "invalid", "constraint-expression", $"The expression is no FHIRPath (character {fault.Position}): {fault.Message}");
        }
    }

    private string? OnlyType(int element)
    {
        string? only = null;
        foreach (var type in tape.Items(element, "type"u8))
        {
            if (only is not null)
                return null;
            only = tape.FindText(type, "code"u8);
        }
        return only;
    }

    /// <summary>Elements stand in the order of the base; those of a slice begin anew.</summary>
    private void CheckOrder(int element, string path)
    {
        var index = elements.IndexOf(path);
        var dot = path.LastIndexOf('.');
        if (index < 0 || dot < 0)
            return;
        foreach (var other in lastIndex.Keys)
            if (other.Length >= path.Length && other.StartsWith(path, StringComparison.Ordinal) && (other.Length == path.Length || other[path.Length] == '.'))
                lastIndex.Remove(other);
        var parent = path[..dot];
        if (lastIndex.TryGetValue(parent, out var last) && last > index)
            report.Error(element, "invalid", "differential-order", "The element stands after one that follows it in the base");
        lastIndex[parent] = index;
    }

    private void CheckAgainst(int element, string path, ElementDefinition? own)
    {
        if (own is null)
            return;
        var isSlice = tape.Has(element, "sliceName"u8);
        if (!isSlice && Number(element, "min"u8) is { } min && own.Min is { } baseMin && min < baseMin)
            report.Error(element, "invalid", "differential-min", "A profile cannot ask for less than its base: min is too low");
        if (Number(element, "max"u8) is { } max && own.Max is { } baseMax && max > baseMax && path.Contains('.', StringComparison.Ordinal))
            report.Error(element, "invalid", "differential-max", "A profile cannot allow more than its base: max is too high");
        CheckTypes(element, own);
    }

    private void CheckTypes(int element, ElementDefinition own)
    {
        var (count, bindable) = (0, 0);
        foreach (var type in tape.Items(element, "type"u8))
        {
            if (tape.FindText(type, "code"u8) is not { } code)
                continue;
            count++;
            bindable += Bindable.Contains(code) ? 1 : 0;
            if (own.Types.Length > 0 && code[0] != 'h' && !own.Types.Any(t => t.Code == code || t.Code is "Resource" or "DomainResource" or "Element" or "BackboneElement" or "*"))
                report.Error(type, "invalid", "differential-type", "The base does not allow this type here");
        }
        if (count == 0)
            (count, bindable) = (own.Types.Length, own.Types.Count(t => Bindable.Contains(t.Code)));
        if (count > 0 && bindable == 0 && tape.Has(element, "binding"u8))
            report.Error(element, "invalid", "differential-binding", "Only coded types, texts, URIs and quantities can be bound to a value set");
    }

    private int? Number(int element, ReadOnlySpan<byte> name)
    {
        var value = tape.Find(element, name);
        if (value < 0)
            return null;
        var text = tape.Text(value);
        return text == "*" ? ElementDefinition.Unbounded : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

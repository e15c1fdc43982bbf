using System.Collections.Frozen;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

public sealed partial class ProfileValidator
{
    /// <summary>The contexts that R4 gives for extensions of its own definitions are narrower than its own use of them.</summary>
    private static readonly FrozenSet<string> Definitional = FrozenSet.Create(
        StringComparer.Ordinal,
        "ActivityDefinition", "CapabilityStatement", "CodeSystem", "CompartmentDefinition", "ConceptMap", "EventDefinition", "ImplementationGuide", "Library", "Measure",
        "MessageDefinition", "NamingSystem", "OperationDefinition", "PlanDefinition", "Questionnaire", "SearchParameter", "StructureDefinition", "StructureMap", "ValueSet");

    private void ValidateExtension(int value, ValuePlan plan, string step, int item, ValuePlan owner, bool isSliced)
    {
        if (value < 0 || tape[value].Kind != JsonKind.Object)
        {
            ValidateValue(value, -1, plan, step, item);
            return;
        }
        var definition = isSliced ? null : FindExtension(value, plan, step, item, owner);
        ValidateValue(value, -1, definition?.Value ?? plan, step, item);
        var hasValue = HasValue(value);
        if (hasValue != (tape.Find(value, "extension"u8) >= 0))
            return;
        Push(step, item);
        Report(IssueSeverity.Error, "invariant", "ext-1", null, value, "ext-1: Must have either extensions or value[x], not both"
            + (hasValue ? "" : ": it has neither"));
        level--;
    }

    private ExtensionPlan? FindExtension(int value, ValuePlan plan, string step, int item, ValuePlan owner)
    {
        var url = tape.Find(value, "url"u8);
        if (!tape.IsString(url))
            return null;
        var text = tape.Bytes(url);
        // Within an extension the urls are names that its definition gives; an absolute one is an extension of its own.
        if (owner.IsExtension && text.IndexOf((byte)':') < 0)
            return null;
        var definition = plans.Extension(text);
        if (definition is null)
        {
            ReportUnknownExtension(url, step, item);
            return null;
        }
        if (text.IndexOf((byte)'|') >= 0)
            Report(IssueSeverity.Error, "value", "extension-version", step, url, "The url of an extension must not have a version", item: item);
        if (!IsInContext(definition, owner))
            Report(Definitional.Contains(resource.Type!.Name) ? IssueSeverity.Information : IssueSeverity.Error, "structure", "extension-context", step, value,
                $"The extension is not allowed here; it may stand in {string.Join(", ", definition.Contexts.Concat(definition.ExtensionContexts).Order(StringComparer.Ordinal))}", definition.Source, item);
        if (definition.IsModifier != (step == "modifierExtension"))
            Report(IssueSeverity.Error, "structure", "extension-modifier", step, value,
                definition.IsModifier ? "A modifier extension must be in modifierExtension" : "The extension is no modifier: it must be in extension", definition.Source, item);
        return definition;
    }

    private void ReportUnknownExtension(int url, string step, int item)
    {
        if (step == "modifierExtension")
            Report(IssueSeverity.Error, "extension", "extension-unknown-modifier", step, url,
                "A modifier extension that is not known changes the meaning in an unknown way: leave it out or give the package that defines it", item: item);
        else
            // One of HL7 is published in some package; whose any other is, nobody here can say.
            Report(tape.Bytes(url).StartsWith("http://hl7.org/"u8) ? IssueSeverity.Warning : UnknownExtension, "extension", "extension-unknown", step, url, "No package at hand defines the extension: it was not checked", item: item);
    }

    private static bool IsInContext(ExtensionPlan definition, ValuePlan owner)
    {
        // Element stands for everything, resources as well (extensibility.html#context).
        if (definition.HasOpenContext || definition.Contexts.Contains("Element") || definition.Contexts.Contains(owner.Path) || definition.Contexts.Contains(owner.TypeName))
            return true;
        if (owner.IsExtension)
            return definition.ExtensionContexts.Count > 0;
        for (var type = owner.Type; type is not null; type = type.Parent)
            if (definition.Contexts.Contains(type.Name))
                return true;
        return false;
    }

    /// <summary>Whether it has one of value[x], as a value or as the extensions of one.</summary>
    private bool HasValue(int extension)
    {
        for (var name = extension + 1; name < tape[extension].Next; name = tape[name + 1].Next)
            if (tape.Raw(name) is [(byte)'v', (byte)'a', (byte)'l', (byte)'u', (byte)'e', ..] or [(byte)'_', (byte)'v', ..])
                return true;
        return false;
    }

}

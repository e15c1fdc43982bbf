using System.Text;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Rules;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.Profiles;

/// <summary>
/// Checks resources against their type and profiles in one walk over the tape: elements, cardinalities, types, fixed values and
/// patterns, slices, extensions, bindings, reference targets, contained resources, invariants. Reusable, one per worker, not thread-safe.
/// </summary>
public sealed partial class ProfileValidator
{
    /// <summary>Findings per resource; what follows is not looked at.</summary>
    public const int MaxIssues = 200;

    private readonly ValidationPlans plans;
    private readonly FhirPathEvaluator evaluator;
    private readonly ResourceRules rules;
    private readonly KnownCodes known;
    private readonly (string Step, int Item)[] path = new (string, int)[(JsonTape.MaxDepth * 2) + 2];
    private JsonTape tape = new();
    private List<ValidationIssue> issues = [];
    private (int Name, PropertyPlan Property)[] open = new (int, PropertyPlan)[256];
    private int[] counts = new int[1024];
    private int openTop;
    private int countsTop;
    private int level;
    private int quiet;
    private bool hasFailed;
    private bool isDeclaring;
    private FhirPathNode resource;

    /// <summary>The profile that the resource does not declare and is checked by all the same.</summary>
    private DefinitionSource? chosen;
    private FhirPathNode rootResource;

    public ProfileValidator(ValidationPlans plans)
    {
        this.plans = plans;
        evaluator = new FhirPathEvaluator(memberOf: MemberOf);
        rules = new ResourceRules(plans.Packages);
        known = plans.Terminology.Codes;
    }

    /// <summary>What was already said to be not checkable. Share one among the workers of a file.</summary>
    public UncheckedOnce Once { get; set; } = new();

    /// <summary>How an extension is reported that no package at hand defines.</summary>
    public IssueSeverity UnknownExtension { get; set; } = IssueSeverity.Warning;

    /// <summary>
    /// Adds what it finds in the resource at the top of the tape to <paramref name="found"/>. A resource that declares no profile
    /// at hand is checked by the one that its type, category and code call for; what that profile alone asks for is a warning.
    /// </summary>
    /// <param name="json">The resource.</param>
    /// <param name="found">Where findings go.</param>
    /// <param name="profiles">Canonicals that apply beside what the resource declares; one that is not known is a finding.</param>
    public void Validate(JsonTape json, List<ValidationIssue> found, IReadOnlyList<string>? profiles = null)
    {
        Begin(json, found);
        var applied = default(ProfileList);
        for (var i = 0; i < profiles?.Count; i++)
            if (plans.Profiles.Find(profiles[i]) is { } profile)
                applied.Add(profile);
            else if (plans.Packages.FindStructure(profiles[i]) is not null)
                Report(IssueSeverity.Warning, "not-supported", "profile-unchecked", null, 0, $"The profile {profiles[i]} was not checked: it has no snapshot and none could be made");
            else
                Report(IssueSeverity.Error, "not-found", "profile-unknown", null, 0, $"No package at hand defines the profile {profiles[i]} that was asked for");
        ValidateResource(0, "", -1, in applied, isContained: false);
        rules.Check(json, found);
    }

    /// <summary>Whether a resource has no error under a profile but that it does not declare it: whether it may.</summary>
    /// <param name="json">The resource.</param>
    /// <param name="profile">Canonical of a profile; one that is not at hand holds for nothing.</param>
    public bool Conforms(JsonTape json, string profile)
    {
        if (plans.Profiles.Find(profile) is not { } asked)
            return false;
        Begin(json, []);
        var applied = default(ProfileList);
        applied.Add(asked);
        isDeclaring = true;
        var saved = BeginQuiet();
        ValidateResource(0, "", -1, in applied, isContained: false);
        isDeclaring = false;
        return EndQuiet(saved);
    }

    private void Begin(JsonTape json, List<ValidationIssue> found)
    {
        tape = json;
        issues = found;
        level = 0;
        chosen = null;
        quiet = 0;
        isDeclaring = false;
        openTop = 0;
        countsTop = 0;
        targets.Clear();
        isIndexed = false;
        isBundle = json.Find(0, "entry"u8) >= 0 || json.Find(0, "parameter"u8) >= 0;
        evaluator.Start(json);
    }

    private void ValidateResource(int node, string step, int item, in ProfileList required, bool isContained)
    {
        var typeNode = tape.Find(node, "resourceType"u8);
        var type = tape.IsString(typeNode) ? plans.Table.FindResource(tape.Bytes(typeNode)) : null;
        if (type is null)
        {
            var isMissing = typeNode < 0;
            Report(IssueSeverity.Error, isMissing ? "required" : "not-supported", isMissing ? "cardinality-min" : "resource-type", step, node,
                isMissing ? "resourceType is missing" : "resourceType is no resource type of FHIR R4", item: item);
            return;
        }
        var (outer, outerRoot, outerChosen) = (resource, rootResource, chosen);
        chosen = null;
        resource = FhirPathNode.Of(node, type);
        rootResource = isContained ? outerRoot : resource;
        Push(level == 0 ? type.Name : step, level == 0 ? -1 : item);
        var applied = required;
        AddDeclared(node, type, ref applied, isContained);
        var plan = plans.Resource(type, in applied);
        foreach (var profile in plan.Mismatched)
            Report(IssueSeverity.Error, "structure", "profile-type", "meta.profile", node, $"The profile {profile.Structure.Url} is for {profile.Type}, not for {type.Name}");
        if (plan.Value.Object is { } properties)
            ValidateObject(node, properties, plan.Value);
        CheckConstraints(node, -1, plan.Value);
        level--;
        (resource, rootResource, chosen) = (outer, outerRoot, outerChosen);
    }

    private void ValidateObject(int node, ObjectPlan plan, ValuePlan owner)
    {
        var end = tape[node].Next;
        if (end == node + 1)
        {
            Report(IssueSeverity.Error, "structure", "empty-object", null, node, "An object must not be empty: leave the property out");
            return;
        }
        var first = openTop;
        var counted = countsTop;
        TakeCounts(plan.Elements.Length);
        var hasSidecars = false;
        for (var name = node + 1; name < end; name = tape[name + 1].Next)
        {
            var property = plan.Find((uint)tape[name].Next, tape.Bytes(name));
            if (property is null)
            {
                ReportUnknown(name, plan);
                continue;
            }
            hasSidecars |= property.IsSidecar;
            Open(name, property);
        }
        if (openTop == first + 1 && !plan.IsResource && owner.Primitive == PrimitiveKind.None && tape[open[first].Name].Length == 2 && tape.Raw(open[first].Name).SequenceEqual("id"u8))
            Report(IssueSeverity.Error, "invariant", "ele-1", null, node, "ele-1: All FHIR elements must have a @value or children");
        var last = openTop;
        for (var i = first; i < last && !IsDone; i++)
        {
            var (name, property) = open[i];
            var sidecar = -1;
            if (hasSidecars && property.Twin is { } twin)
            {
                var other = FindOpen(first, last, twin);
                if (property.IsSidecar && other >= 0)
                    continue;
                sidecar = property.IsSidecar ? name + 1 : other;
            }
            ref var count = ref counts[counted + property.Element.Index];
            var isSecondType = count > 0;
            count += ValidateProperty(property.IsSidecar ? -1 : name + 1, sidecar, property, owner);
            if (isSecondType)
                Report(IssueSeverity.Error, "structure", "choice", property.Step, name, $"{property.Element.Name}[x] may have one type only: leave all but one out");
        }
        CheckRequired(node, plan, counted);
        openTop = first;
        countsTop = counted;
    }

    private void CheckRequired(int node, ObjectPlan plan, int counted)
    {
        foreach (var element in plan.Required)
        {
            var count = counts[counted + element.Index];
            if (count < element.Min)
                Report(IssueSeverity.Error, "required", "cardinality-min", element.Name, node,
                    $"{element.Name} occurs {count} times; at least {element.Min} is required", element.MinSource);
            else if (count == 0)
                ReportMissingSlices(node, element);
            foreach (var (type, json, source) in element.RequiredTypes)
                if (count > 0 && tape.Find(node, json) < 0)
                    Report(IssueSeverity.Error, "required", "slice-min", element.Name, node, $"{element.Name}[x] must be of type {type}", source);
        }
    }

    private void ReportMissingSlices(int node, ElementPlan element)
    {
        foreach (var slicer in element.Slicers)
            foreach (var slice in slicer.Slices)
                if (slice.Min > 0)
                    ReportMissing(node, element.Name, slice, 0);
        foreach (var (type, _, source) in element.RequiredTypes)
            Report(IssueSeverity.Error, "required", "slice-min", element.Name, node, $"{element.Name}[x] of type {type} is required", source);
    }

    private void ReportMissing(int node, string? step, SlicePlan slice, int count) =>
        Report(IssueSeverity.Error, "required", "slice-min", step, node,
            $"The slice {slice.Name} occurs {count} times; at least {slice.Min} is required", slice.Source);

    /// <summary>Checks all values of a property; the number of them.</summary>
    private int ValidateProperty(int value, int sidecar, PropertyPlan property, ValuePlan owner)
    {
        var element = property.Element;
        var main = value >= 0 ? value : sidecar;
        var isArray = tape[main].Kind == JsonKind.Array;
        if (property.Forbidden is { } by)
            Report(IssueSeverity.Error, "structure", "type", property.Step, main, $"The type {property.Value.TypeName} is not allowed for {element.Name}[x]", by);
        if (isArray != element.IsArray)
        {
            Report(IssueSeverity.Error, "structure", "array", property.Step, main, isArray ? "Must be a single value, not an array" : "Must be an array");
            if (isArray)
                return 1;
        }
        if (!isArray)
        {
            if (element.Max == 0)
                ReportTooMany(element, property, main, 1);
            if (element.Slicers.Length > 0)
                ValidateSliced(value, sidecar, property, owner, isArray: false);
            else
                ValidateItem(value, sidecar, property.Value, property.Step, -1, owner);
            return 1;
        }
        if (tape[main].Next == main + 1)
            Report(IssueSeverity.Error, "structure", "empty-array", property.Step, main, "An array must not be empty: leave the property out");
        var count = element.Slicers.Length > 0
            ? ValidateSliced(value, sidecar, property, owner, isArray: true)
            : ValidateItems(value, sidecar, property, owner);
        if (count > element.Max)
            ReportTooMany(element, property, main, count);
        return count;
    }

    private void ReportTooMany(ElementPlan element, PropertyPlan property, int node, int count) =>
        Report(IssueSeverity.Error, "structure", "cardinality-max", property.Step, node,
            element.Max == 0 ? $"{element.Name} is not allowed here" : $"{element.Name} occurs {count} times; at most {element.Max} is allowed", element.MaxSource);

    private int ValidateItems(int value, int sidecar, PropertyPlan property, ValuePlan owner)
    {
        var items = new ItemCursor(tape, value, sidecar);
        while (items.MoveNext() && !IsDone)
            ValidateItem(items.Value, items.Sidecar, property.Value, property.Step, items.Index, owner);
        ReportUnequal(in items, property);
        return items.Index;
    }

    private void ReportUnequal(in ItemCursor items, PropertyPlan property)
    {
        if (items.IsUnequal)
            Report(IssueSeverity.Error, "structure", "array", property.Step, items.Array, "The array of extensions must be as long as the array of values");
    }

    private void ValidateItem(int value, int sidecar, ValuePlan plan, string step, int item, ValuePlan owner)
    {
        if (plan.IsExtension)
            ValidateExtension(value, plan, step, item, owner, isSliced: false);
        else
            ValidateValue(value, sidecar, plan, step, item);
    }

    private void ValidateValue(int value, int sidecar, ValuePlan plan, string step, int item)
    {
        Push(step, item);
        if (plan.Primitive != PrimitiveKind.None)
            ValidatePrimitive(value, sidecar, plan);
        else if (value < 0 || tape[value].Kind != JsonKind.Object)
            Report(IssueSeverity.Error, "structure", "json-type", null, Math.Max(value, sidecar), $"Must be an object of type {plan.TypeName}");
        else if (plan.IsResource)
            ValidateNested(value, plan);
        else
        {
            if (plan.Object is { } properties)
                ValidateObject(value, properties, plan);
            CheckConstraints(value, -1, plan);
        }
        level--;
    }

    private void ValidateNested(int value, ValuePlan plan)
    {
        // The step of the element is on the path already: the resource takes its place.
        var (step, item) = path[--level];
        var required = default(ProfileList);
        foreach (var profile in plan.ResourceProfiles)
            required.Add(profile);
        if (plan.ResourceTypes.Length > 0 && tape.Find(value, "resourceType"u8) is >= 0 and var type && !IsOneOf(type, plan.ResourceTypes))
            Report(IssueSeverity.Error, "structure", "type", step, value, $"Must be a {string.Join(" or ", plan.ResourceTypes)}", plan.ResourceSource);
        ValidateResource(value, step, item, in required, isContained: step == "contained");
        path[level++] = (step, item);
    }

    private bool IsOneOf(int node, string[] names)
    {
        foreach (var name in names)
            if (Ascii.Equals(tape.Bytes(node), name))
                return true;
        return false;
    }

    private void ValidatePrimitive(int value, int sidecar, ValuePlan plan)
    {
        var hasExtensions = sidecar >= 0 && tape[sidecar].Kind == JsonKind.Object;
        if (value >= 0 && tape[value].Kind != JsonKind.Null)
            CheckFormat(value, plan.Primitive);
        else if (!hasExtensions)
            Report(IssueSeverity.Error, "structure", "json-type", null, Math.Max(value, sidecar), "Must be " + PrimitiveFormat.Expected(plan.Primitive) + ", not null");
        if (hasExtensions && plan.Object is { } properties)
        {
            ValidateObject(sidecar, properties, plan);
            if (value < 0 && tape.Find(sidecar, "extension"u8) < 0)
                Report(IssueSeverity.Error, "invariant", "ele-1", null, sidecar, "ele-1: All FHIR elements must have a @value or children");
        }
        else if (sidecar >= 0 && tape[sidecar].Kind is not (JsonKind.Object or JsonKind.Null))
        {
            Report(IssueSeverity.Error, "structure", "json-type", null, sidecar, "The extensions of a primitive must be an object");
        }
        CheckConstraints(value >= 0 && tape[value].Kind == JsonKind.Null ? -1 : value, hasExtensions ? sidecar : -1, plan);
    }

    private void CheckFormat(int value, PrimitiveKind kind)
    {
        var token = tape[value];
        var isRightKind = kind switch
        {
            PrimitiveKind.Boolean => token.Kind is JsonKind.True or JsonKind.False,
            PrimitiveKind.Decimal or PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt => token.Kind == JsonKind.Number,
            _ => token.Kind == JsonKind.String,
        };
        var isGood = isRightKind && (token.Kind switch
        {
            JsonKind.Number => PrimitiveFormat.IsValidNumber(kind, tape.Raw(value)),
            JsonKind.String => PrimitiveFormat.IsValid(kind, tape.Bytes(value)),
            _ => true,
        });
        if (!isGood)
            Report(IssueSeverity.Error, "value", isRightKind ? "primitive" : "json-type", null, value, "Must be " + PrimitiveFormat.Expected(kind));
    }

    /// <summary>Nothing more that is found would change the answer.</summary>
    private bool IsDone => quiet > 0 ? hasFailed : issues.Count >= MaxIssues;

    private void Push(string step, int item) => path[level++] = (step, item);

    private void Open(int name, PropertyPlan property)
    {
        if (openTop == open.Length)
            Array.Resize(ref open, openTop * 2);
        open[openTop++] = (name, property);
    }

    private int FindOpen(int first, int last, PropertyPlan property)
    {
        for (var i = first; i < last; i++)
            if (ReferenceEquals(open[i].Property, property))
                return open[i].Name + 1;
        return -1;
    }

    private void TakeCounts(int number)
    {
        if (countsTop + number > counts.Length)
            Array.Resize(ref counts, (countsTop + number) * 2);
        counts.AsSpan(countsTop, number).Clear();
        countsTop += number;
    }
}

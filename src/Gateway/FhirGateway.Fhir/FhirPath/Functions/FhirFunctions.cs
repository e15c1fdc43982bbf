using System.Text;
using FhirGateway.Fhir.Rules;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>Functions that FHIR adds (FHIR R4, fhirpath.html#functions).</summary>
internal static class FhirFunctions
{
    private const string CoreDefinitions = "http://hl7.org/fhir/StructureDefinition/";
    private static readonly ElementName Extension = new("extension");
    private static readonly ElementName ModifierExtension = new("modifierExtension");
    private static readonly ElementName Url = new("url");
    private static readonly ElementName Reference = new("reference");
    private static readonly ElementName TypeOfReference = new("type");
    private static readonly ElementName Coding = new("coding");
    private static readonly ElementName System = new("system");
    private static readonly ElementName Code = new("code");

    public static void Add(FunctionTable.AddFunction add, FunctionTable.AddTruthFunction addTruth)
    {
        add("extension", 1, 1, Extensions);
        add("resolve", 0, 0, Resolve);
        add("getValue", 0, 0, GetValue);
        addTruth("hasValue", 0, 0, (m, s, _, _) => Is(m.Top == s + 1 && HasValue(m[s])));
        addTruth("memberOf", 1, 1, MemberOf);
        addTruth("conformsTo", 1, 1, ConformsTo);
        addTruth("htmlChecks", 0, 0, (m, s, _, _) => HtmlChecks(m, s));
        addTruth("htmlChecks2", 0, 0, (m, s, _, _) => HtmlChecks(m, s));
        addTruth("checkModifiers", 0, 32, CheckModifiers);
        // What these ask for lies in terminologies and definitions that are not at hand.
        addTruth("subsumes", 1, 1, Unknown);
        addTruth("subsumedBy", 1, 1, Unknown);
        add("elementDefinition", 0, 0, Absent);
        add("slice", 2, 2, Absent);
    }

    private static Truth Is(bool value) => value ? Truth.True : Truth.False;

    private static bool HasValue(in PathItem item) => item.IsNode ? item is { IsPrimitive: true, Value: >= 0 } : item.Kind is not (ItemKind.Absent or ItemKind.TypeName);

    private static Truth Unknown(PathMachine m, int start, PathNode[] arguments, int position)
    {
        m.IsIncomplete |= m.Top > start;
        return Truth.Empty;
    }

    private static void Absent(PathMachine m, int start, PathNode[] arguments, int position)
    {
        m.IsIncomplete |= m.Top > start;
        m.Reset(start);
    }

    private static void GetValue(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (m.Top != start + 1 || !HasValue(m[start]) || !m.TryAtom(m[start], out var atom))
            m.Reset(start);
        else
            m.Replace(start, atom);
    }

    private static void Extensions(PathMachine m, int start, PathNode[] arguments, int position)
    {
        var end = m.Top;
        if (!m.TryText(arguments[0], out var url))
        {
            m.Reset(start);
            return;
        }
        for (var i = start; i < end && m.Step(); i++)
        {
            var item = m[i];
            var found = m.Top;
            m.PushChildren(item, Extension);
            var kept = found;
            for (var j = found; j < m.Top && m.Step(); j++)
            {
                var extension = m[j];
                if (m.TryChild(extension, Url, out var own) && m.TryString(own, out var text) && text.Text.SequenceEqual(url.Text))
                    m[kept++] = extension;
            }
            m.Reset(kept);
        }
        m.MoveDown(end, start);
    }

    private static void Resolve(PathMachine m, int start, PathNode[] arguments, int position)
    {
        var kept = start;
        for (var i = start; i < m.Top && m.Step(); i++)
        {
            var item = m[i];
            if (TryResolve(m, item, out var target))
                m[kept++] = target;
        }
        m.Reset(kept);
    }

    private static bool TryResolve(PathMachine m, in PathItem item, out PathItem target)
    {
        target = item;
        if (!item.IsNode)
            return false;
        var isText = item.IsPrimitive;
        PathItem text;
        if (isText ? !m.TryString(item, out text) : !TryText(m, item, Reference, out text))
        {
            // A reference by identifier or display only.
            m.IsIncomplete |= !isText;
            return false;
        }
        var found = m.References.Find(text.Text, item.Value);
        if (found >= 0)
        {
            target = PathItem.OfNode(found, -1, m.ResourceType(found), PrimitiveKind.None);
            return true;
        }
        var type = References.ReferenceIndex.TypeOf(text.Text, m.Table);
        if (type is null && !isText && TryText(m, item, TypeOfReference, out var named))
            type = m.Table.FindResource(named.Text);
        if (type is null)
        {
            m.IsIncomplete = true;
            return false;
        }
        target = PathItem.OfAbsent(type);
        return true;
    }

    private static bool TryText(PathMachine m, in PathItem item, ElementName name, out PathItem text)
    {
        text = default;
        return m.TryChild(item, name, out var child) && m.TryString(child, out text);
    }

    private static Truth MemberOf(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!m.TakeSingle(start, position, out var item) || !m.TryText(arguments[0], out var set))
            return Truth.Empty;
        if (m.MemberOf is null)
        {
            m.IsIncomplete = true;
            return Truth.Empty;
        }
        var valueSet = m.Interned(set.Text);
        var result = m.TryString(item, out var code)
            ? m.MemberOf(valueSet, [], code.Text, false)
            : AnyCoding(m, item, valueSet);
        m.IsIncomplete |= result == Membership.Unknown;
        return result switch { Membership.Member => Truth.True, Membership.NotMember => Truth.False, _ => Truth.Empty };
    }

    private static Membership AnyCoding(PathMachine m, in PathItem item, string valueSet)
    {
        if (item.Type?.Name != "CodeableConcept")
            return OneCoding(m, item, valueSet);
        var start = m.Top;
        m.PushChildren(item, Coding);
        var result = Membership.NotMember;
        for (var i = start; i < m.Top && result != Membership.Member && m.Step(); i++)
        {
            var coding = m[i];
            var one = OneCoding(m, coding, valueSet);
            result = one == Membership.NotMember ? result : one;
        }
        m.Reset(start);
        return result;
    }

    private static Membership OneCoding(PathMachine m, in PathItem coding, string valueSet)
    {
        if (!TryText(m, coding, Code, out var code))
            return Membership.NotMember;
        var hasSystem = TryText(m, coding, System, out var system);
        return m.MemberOf!(valueSet, hasSystem ? system.Text : [], code.Text, true);
    }

    private static Truth ConformsTo(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!m.TakeSingle(start, position, out var item) || !m.TryText(arguments[0], out var url))
            return Truth.Empty;
        var text = Encoding.UTF8.GetString(url.Text);
        var type = text.StartsWith(CoreDefinitions, StringComparison.Ordinal) ? new TypeSpecifier("FHIR", text[CoreDefinitions.Length..]) : null;
        if (type is not null && !type.Resolve(m.Table).IsUnknown)
            return m.IsOfType(item, type);
        if (!m.IsInvariant)
            m.Fail("The profile is not at hand", position);
        m.IsIncomplete = true;
        return Truth.Empty;
    }

    private static Truth HtmlChecks(PathMachine m, int start)
    {
        for (var i = start; i < m.Top && m.Step(); i++)
        {
            var item = m[i];
            if (m.TryString(item, out var text) && (!m.Step(1 + (text.TextLength >> 5)) || !NarrativeReader.Check(text.Text).IsNone))
                return Truth.False;
        }
        return m.Top > start ? Truth.True : Truth.Empty;
    }

    private static Truth CheckModifiers(PathMachine m, int start, PathNode[] arguments, int position)
    {
        var end = m.Top;
        for (var i = start; i < end && m.Step(); i++)
        {
            var item = m[i];
            m.PushChildren(item, ModifierExtension);
        }
        var last = m.Top;
        for (var i = end; i < last && m.Step(); i++)
        {
            var extension = m[i];
            if (!TryText(m, extension, Url, out var url) || !IsKnown(m, arguments, url))
            {
                m.Fail("There is a modifier extension that the expression does not know", position);
                return Truth.Empty;
            }
        }
        return Truth.True;
    }

    private static bool IsKnown(PathMachine m, PathNode[] arguments, in PathItem url)
    {
        foreach (var argument in arguments)
            if (m.TryText(argument, out var known) && known.Text.SequenceEqual(url.Text))
                return true;
        return false;
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>
/// Evaluates expressions on the resource of a tape. Reusable, one per worker, not thread-safe. It never throws because of
/// an expression or a resource.
/// </summary>
public sealed class FhirPathEvaluator
{
    private readonly PathMachine machine;

    /// <summary>An evaluator.</summary>
    /// <param name="table">The types; FHIR R4 if none is given.</param>
    /// <param name="memberOf">Answers <c>memberOf()</c>; without it every answer is unknown.</param>
    /// <param name="limits">Bounds of one evaluation.</param>
    /// <param name="time">Gives <c>now()</c> and measures.</param>
    public FhirPathEvaluator(
        StructureTable? table = null, CodeMembership? memberOf = null, FhirPathLimits? limits = null, TimeProvider? time = null) =>
        machine = new PathMachine(table ?? StructureTable.R4, memberOf, limits ?? FhirPathLimits.Default, time ?? TimeProvider.System);

    /// <summary>Why the last evaluation ended with <see cref="FhirPathVerdict.Faulted"/>; null if it did not.</summary>
    public FhirPathFault? LastFault => machine.Fault is var (message, position) ? new FhirPathFault(message, position) : null;

    /// <summary>The whole resource on the tape.</summary>
    public FhirPathNode Root => FhirPathNode.Of(0, machine.ResourceType(0));

    /// <summary>Takes the tape that the next evaluations are on. To be called again when the tape has read another resource.</summary>
    public void Start(JsonTape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        machine.Start(tape);
    }

    /// <summary>Checks an invariant on an element.</summary>
    /// <param name="expression">The invariant.</param>
    /// <param name="focus">The element: <c>$this</c> and <c>%context</c>.</param>
    /// <param name="resource">The resource that holds it, a contained one if it is in one.</param>
    /// <param name="rootResource">The resource that is contained in no other.</param>
    public FhirPathVerdict Check(
        FhirPathExpression expression, in FhirPathNode focus, in FhirPathNode resource, in FhirPathNode rootResource)
    {
        ArgumentNullException.ThrowIfNull(expression);
        machine.Begin(true, PathItem.Of(focus), PathItem.Of(resource), PathItem.Of(rootResource));
        var truth = expression.Root.Test(machine);
        machine.End();
        if (machine.IsStopped)
            return FhirPathVerdict.Faulted;
        if (truth == Truth.True)
            return FhirPathVerdict.True;
        return machine.IsIncomplete ? FhirPathVerdict.NotCheckable : FhirPathVerdict.False;
    }

    /// <summary>Evaluates an expression on the whole resource.</summary>
    public FhirPathOutcome Evaluate(FhirPathExpression expression)
    {
        if (machine.Tape.Count == 0)
            return new() { Items = [], Fault = new("There is no resource", 0) };
        return Evaluate(expression, Root, Root, Root);
    }

    /// <summary>Evaluates an expression on an element; the parameters are those of <see cref="Check"/>.</summary>
    public FhirPathOutcome Evaluate(
        FhirPathExpression expression, in FhirPathNode focus, in FhirPathNode resource, in FhirPathNode rootResource)
    {
        ArgumentNullException.ThrowIfNull(expression);
        machine.Begin(false, PathItem.Of(focus), PathItem.Of(resource), PathItem.Of(rootResource));
        expression.Root.Push(machine);
        var items = machine.IsStopped ? [] : machine.From(0).ToArray();
        var results = Array.ConvertAll(items, Result);
        machine.End();
        return new() { Items = machine.IsStopped ? [] : results, Fault = LastFault, IsIncomplete = machine.IsIncomplete };
    }

    /// <summary>The first element that an expression gives on the whole resource.</summary>
    internal FhirPathNode Select(FhirPathExpression expression)
    {
        machine.Begin(false, PathItem.Of(Root), PathItem.Of(Root), PathItem.Of(Root));
        expression.Root.Push(machine);
        var item = machine.Top > 0 ? machine[0] : default;
        return new FhirPathNode(item.Value, item.Sidecar, item.IsPrimitive ? null : item.Type, item.Primitive);
    }

    private FhirPathResult Result(PathItem item)
    {
        var isSystem = item.Kind is not (ItemKind.Node or ItemKind.Absent);
        return new(PathMachine.TypeName(item), Json(item), isSystem);
    }

    private string Json(in PathItem item)
    {
        switch (item.Kind)
        {
            case ItemKind.Node:
                if (item.Value < 0)
                    return "null";
                var raw = Encoding.UTF8.GetString(machine.Raw(item.Value));
                return machine.Tape.IsString(item.Value) ? '"' + raw + '"' : raw;
            case ItemKind.Absent:
                return "null";
            case ItemKind.TypeName:
                return Quoted(Encoding.UTF8.GetBytes((item.IsWord ? "System." : "FHIR.") + item.TypeName));
        }
        if (!ConversionFunctions.ToText(machine, item, out var text))
            return "null";
        return item.Kind is ItemKind.Boolean or ItemKind.Integer or ItemKind.Decimal ? Encoding.UTF8.GetString(text.Text) : Quoted(text.Text);
    }

    private static string Quoted(ReadOnlySpan<byte> text)
    {
        var buffer = new ArrayBufferWriter<byte>(text.Length + 2);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            writer.WriteStringValue(text);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

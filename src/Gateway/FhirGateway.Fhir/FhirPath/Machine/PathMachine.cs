using System.Diagnostics;
using System.Runtime.InteropServices;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.References;
using FhirGateway.Fhir.Structure;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>
/// What an expression runs on: the tape, a stack of items that holds every collection, the focus, and the bounds. A node
/// of the expression leaves its result on top of the stack. After a fault every step is refused and the result is void.
/// </summary>
internal sealed partial class PathMachine(StructureTable table, CodeMembership? memberOf, FhirPathLimits limits, TimeProvider time)
{
    /// <summary>Steps between two looks at the clock.</summary>
    private const int StepsPerLook = 8192;
    private const int KeptItems = 1 << 14;
    private const int KeptText = 1 << 16;

    private PathItem[] stack = new PathItem[256];
    private int top;
    private JsonTape tape = new();
    private JsonToken[] tokens = [];
    private byte[] json = [];
    private int jsonStart;
    private int budget;
    private long stepsLeft;
    private long deadline;
    private bool stopped;

    /// <summary><c>$this</c>.</summary>
    public PathItem This;

    /// <summary><c>%resource</c>, <c>%rootResource</c> and <c>%context</c>.</summary>
    public PathItem Resource;
    public PathItem RootResource;
    public PathItem Context;

    /// <summary><c>$index</c>.</summary>
    public int Index { get; set; }

    /// <summary>Where <c>$total</c> stands on the stack.</summary>
    public (int Start, int Count) Total { get; set; }

    /// <summary>
    /// An invariant of a definition: where published invariants and the rules of FHIRPath disagree (<c>as()</c> on many
    /// items in dom-3, <c>is Boolean</c> in que-7, US Core's <c>telecom or endpoint</c> where there are two of one), the
    /// invariants are right.
    /// </summary>
    public bool IsInvariant { get; private set; }

    /// <summary>Something that was asked for is not at hand.</summary>
    public bool IsIncomplete { get; set; }

    public (string Message, int Position)? Fault { get; private set; }

    public StructureTable Table => table;
    public CodeMembership? MemberOf => memberOf;
    public JsonTape Tape => tape;
    public int Top => top;
    public bool IsStopped => stopped;

    /// <summary>The moment of the evaluation, the same for all of it (FHIRPath, "now()").</summary>
    public DateTimeOffset Now => now ??= time.GetLocalNow();
    private DateTimeOffset? now;

    /// <summary>The references of the resource on the tape; made at the first use.</summary>
    public ReferenceIndex References
    {
        get
        {
            if (!isIndexed)
                references.Read(tape);
            isIndexed = true;
            return references;
        }
    }

    private readonly ReferenceIndex references = new();
    private bool isIndexed;

    public void Start(JsonTape resource)
    {
        tape = resource;
        tokens = resource.Row;
        isIndexed = false;
        if (MemoryMarshal.TryGetArray(resource.Json, out var segment))
            (json, jsonStart) = (segment.Array!, segment.Offset);
        else
            (json, jsonStart) = (resource.Json.ToArray(), 0);
    }

    public void Begin(bool isInvariant, in PathItem focus, in PathItem resource, in PathItem rootResource)
    {
        top = 0;
        budget = StepsPerLook;
        stepsLeft = limits.Steps;
        deadline = 0;
        stopped = false;
        Fault = null;
        now = null;
        IsInvariant = isInvariant;
        IsIncomplete = false;
        textUsed = 0;
        textTotal = 0;
        This = focus;
        Context = focus;
        Resource = resource;
        RootResource = rootResource;
        Index = -1;
        Total = default;
    }

    /// <summary>Gives back what one large evaluation made the pools grow by.</summary>
    public void End()
    {
        if (stack.Length > KeptItems)
            stack = new PathItem[KeptItems];
        if (text.Length > KeptText)
            text = new byte[1024];
    }

    /// <summary>Counts work done; false if there must be no more.</summary>
    public bool Step(int cost = 1) => (budget -= cost) >= 0 || Look(cost);

    public void Fail(string message, int position)
    {
        Fault ??= (message, position);
        stopped = true;
        budget = -1;
        stepsLeft = -1;
    }

    private bool Look(int cost)
    {
        if (stopped)
        {
            budget = -1;
            return false;
        }
        stepsLeft -= StepsPerLook - budget;
        budget = StepsPerLook;
        var moment = time.GetTimestamp();
        if (deadline == 0)
            deadline = moment + (long)(limits.Time.TotalSeconds * time.TimestampFrequency);
        if (stepsLeft < 0)
            Fail("The expression takes more steps than allowed", 0);
        else if (moment > deadline)
            Fail("The expression takes more time than allowed", 0);
        Debug.Assert(cost > 0);
        return !stopped;
    }

    public ref PathItem this[int index] => ref stack[index];

    public ReadOnlySpan<PathItem> From(int start) => stack.AsSpan(start, top - start);

    public void Push(in PathItem item)
    {
        if (top == stack.Length)
        {
            Grow(item);
            return;
        }
        stack[top++] = item;
    }

    /// <summary>Drops what is above <paramref name="start"/>.</summary>
    public void Reset(int start) => top = start;

    /// <summary>Moves what is above <paramref name="from"/> down to <paramref name="to"/>.</summary>
    public void MoveDown(int from, int to)
    {
        if (from == to)
            return;
        var count = top - from;
        stack.AsSpan(from, count).CopyTo(stack.AsSpan(to));
        top = to + count;
    }

    public void Replace(int start, in PathItem item)
    {
        var copy = item;
        top = start;
        Push(copy);
    }

    public void Replace(int start, Truth truth)
    {
        top = start;
        Push(truth);
    }

    public void Push(Truth truth)
    {
        if (truth != Truth.Empty)
            Push(PathItem.Of(truth == Truth.True));
    }

    private void Grow(PathItem item)
    {
        if (stack.Length >= limits.Items)
        {
            Fail("The expression gives more items than allowed", 0);
            return;
        }
        Array.Resize(ref stack, Math.Min(stack.Length * 2, Math.Max(limits.Items, stack.Length)));
        if (top < stack.Length)
            stack[top++] = item;
    }

    /// <summary>Reads the collection above <paramref name="start"/> as one boolean and drops it.</summary>
    public Truth TakeTruth(int start, int position)
    {
        var count = top - start;
        top = start;
        if (count == 0)
            return Truth.Empty;
        if (count == 1)
            return TruthOf(stack[start]);
        if (IsInvariant && !HasBoolean(stack.AsSpan(start, count)))
            return Truth.True;
        Fail("A collection of more than one item stands where one boolean is expected", position);
        return Truth.Empty;
    }

    private static bool HasBoolean(ReadOnlySpan<PathItem> items)
    {
        foreach (ref readonly var item in items)
            if (item.Kind == ItemKind.Boolean || item.Primitive == PrimitiveKind.Boolean)
                return true;
        return false;
    }

    /// <summary>One item as a boolean: itself, or true if it is none.</summary>
    public Truth TruthOf(in PathItem item)
    {
        if (item.Kind == ItemKind.Boolean)
            return item.Boolean ? Truth.True : Truth.False;
        if (item is { Kind: ItemKind.Node, Primitive: PrimitiveKind.Boolean, Value: >= 0 })
            return tokens[item.Value].Kind == JsonKind.False ? Truth.False : Truth.True;
        return Truth.True;
    }

    /// <summary>Takes the one item above <paramref name="start"/>; false if there is none. More than one is a fault.</summary>
    public bool TakeSingle(int start, int position, out PathItem item)
    {
        var count = top - start;
        top = start;
        item = default;
        if (count > 1)
            Fail("A collection of more than one item stands where one item is expected", position);
        if (count != 1)
            return false;
        item = stack[start];
        return true;
    }
}

using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>
/// Contained resources (references.html#contained): each has an id of its own, and belongs to the resource around it by
/// a reference from there, from one that is referenced from there, or to there.
/// </summary>
internal sealed class ContainedRules(NarrativeRules narratives)
{
    private readonly NarrativeLinks links = new();
    private int[] items = new int[8];
    private int[] ids = new int[8];
    private bool[] reached = new bool[8];
    private readonly Queue<int> open = new();

    public void Check(RuleReport report, int resource, int list)
    {
        var tape = report.Tape;
        var count = Collect(tape, list);
        for (var i = 0; i < count; i++)
            CheckId(report, i);
        Mark(tape, resource, count, list, -1);
        for (var i = 0; i < count; i++)
            if (!reached[i] && PointsOut(tape, items[i]))
                Reach(i);
        while (open.TryDequeue(out var next))
            Mark(tape, items[next], count, -1, next);
        for (var i = 0; i < count; i++)
            if (!reached[i] && ids[i] >= 0)
                report.Error(items[i], "invariant", "dom-3",
                    "Nothing refers to this contained resource, nor does it refer to the one around it; refer to it or leave it out");
    }

    private int Collect(JsonTape tape, int list)
    {
        var count = 0;
        for (var item = list + 1; item < tape[list].Next; item = tape[item].Next)
        {
            if (tape[item].Kind != JsonKind.Object)
                continue;
            if (count == items.Length)
            {
                Array.Resize(ref items, count * 2);
                Array.Resize(ref ids, count * 2);
                Array.Resize(ref reached, count * 2);
            }
            reached[count] = false;
            ids[count] = tape.Find(item, "id"u8);
            items[count++] = item;
        }
        return count;
    }

    private void CheckId(RuleReport report, int index)
    {
        var tape = report.Tape;
        var id = ids[index];
        if (!tape.IsString(id))
        {
            report.Error(items[index], "required", "contained-id", "A contained resource has an id, so that it can be referred to");
            return;
        }
        for (var i = 0; i < index; i++)
            if (tape.Is(ids[i], tape.Bytes(id)))
            {
                report.Error(id, "duplicate", "contained-id-duplicate", "Another contained resource has the same id");
                return;
            }
    }

    /// <summary>Marks the contained resources that the texts of an object point to. Without the list of contained ones, if it is given.</summary>
    private void Mark(JsonTape tape, int obj, int count, int without, int self)
    {
        links.Clear();
        for (var i = obj + 1; i < tape[obj].Next; i++)
        {
            if (i == without)
                i = tape[i].Next - 1;
            else if (tape[i].Kind == JsonKind.String && tape[i].Length > 0)
                MarkText(tape, i, count, self);
        }
        foreach (var link in links.Links)
            MarkId(tape, System.Text.Encoding.UTF8.GetBytes(link), count, self);
    }

    private void MarkText(JsonTape tape, int text, int count, int self)
    {
        var raw = tape.Raw(text);
        if (raw[0] == '#' && raw.Length > 1)
            MarkId(tape, tape.Bytes(text)[1..], count, self);
        else if (raw[0] == '<' && tape[text - 1].Kind == JsonKind.Name && tape.Raw(text - 1).SequenceEqual("div"u8))
            narratives.ReadLinks(tape, text, links);
    }

    private void MarkId(JsonTape tape, ReadOnlySpan<byte> id, int count, int self)
    {
        for (var i = 0; i < count; i++)
            if (i != self && !reached[i] && tape.Is(ids[i], id))
                Reach(i);
    }

    private void Reach(int index)
    {
        reached[index] = true;
        open.Enqueue(index);
    }

    private static bool PointsOut(JsonTape tape, int obj)
    {
        for (var i = obj + 1; i < tape[obj].Next; i++)
            if (tape[i].Kind == JsonKind.String && tape[i].Length == 1 && tape.Raw(i)[0] == '#')
                return true;
        return false;
    }
}

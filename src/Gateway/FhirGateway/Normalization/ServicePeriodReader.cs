using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Normalization;

/// <summary>Reads when a service was: calendar days as written, never shifted by a zone.</summary>
internal sealed class ServicePeriodReader
{
    private JsonTape tape = new();
    private DateOnly? first;
    private DateOnly? last;
    private bool isOpenStart;
    private bool isOpenEnd;

    /// <summary>The period of the resource by its line in the catalog; undated if it has none of the dates.</summary>
    public ServicePeriod Read(JsonTape resource, HandledType type)
    {
        tape = resource;
        foreach (var path in type.ServicePaths)
        {
            first = last = null;
            isOpenStart = isOpenEnd = false;
            Walk(0, path.Steps);
            if (path.EndStep is not null)
            {
                isOpenEnd = last is null;
                Walk(0, [path.EndStep]);
            }
            if (first is not null || last is not null)
                return new(isOpenStart ? null : first, isOpenEnd ? null : last);
        }
        return default;
    }

    private void Walk(int node, ReadOnlySpan<byte[]> steps)
    {
        if (tape[node].Kind == JsonKind.Array)
        {
            for (var i = node + 1; i < tape[node].Next; i = tape[i].Next)
                Walk(i, steps);
            return;
        }
        if (tape[node].Kind != JsonKind.Object)
            return;
        if (steps.Length > 1)
        {
            if (tape.Find(node, steps[0]) is >= 0 and var next)
                Walk(next, steps[1..]);
            return;
        }
        for (var name = node + 1; name < tape[node].Next; name = tape[name + 1].Next)
            if (IsChoiceOf(tape.Raw(name), steps[0]))
                Take(name + 1);
    }

    private static bool IsChoiceOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> stem)
    {
        if (!name.StartsWith(stem))
            return false;
        var rest = name[stem.Length..];
        return rest.IsEmpty || rest.SequenceEqual("DateTime"u8) || rest.SequenceEqual("Period"u8) || rest.SequenceEqual("Date"u8)
            || rest.SequenceEqual("Instant"u8) || rest.SequenceEqual("Timing"u8);
    }

    private void Take(int value)
    {
        switch (tape[value].Kind)
        {
            case JsonKind.String when TryDays(tape.Bytes(value), out var from, out var to):
                Include(from, to);
                break;
            case JsonKind.Array:
                for (var i = value + 1; i < tape[value].Next; i = tape[i].Next)
                    Take(i);
                break;
            case JsonKind.Object when tape.Find(value, "event"u8) is >= 0 and var events:
                Take(events);
                break;
            case JsonKind.Object when tape.Find(value, "repeat"u8) is >= 0 and var repeat:
                if (tape.Find(repeat, "boundsPeriod"u8) is >= 0 and var bounds)
                    TakePeriod(bounds);
                break;
            case JsonKind.Object:
                TakePeriod(value);
                break;
        }
    }

    private void TakePeriod(int period)
    {
        var hasStart = Days(period, "start"u8, out var start, out var startTo);
        var hasEnd = Days(period, "end"u8, out var endFrom, out var end);
        if (!hasStart && !hasEnd)
            return;
        Include(hasStart ? start : endFrom, hasEnd ? end : startTo);
        isOpenStart |= !hasStart;
        isOpenEnd |= !hasEnd;
    }

    private bool Days(int period, ReadOnlySpan<byte> name, out DateOnly from, out DateOnly to)
    {
        from = to = default;
        var value = tape.Find(period, name);
        return tape.IsString(value) && TryDays(tape.Bytes(value), out from, out to);
    }

    private void Include(DateOnly from, DateOnly to)
    {
        first = first is { } f && f < from ? f : from;
        last = last is { } l && l > to ? l : to;
    }

    /// <summary>The days that a date or dateTime covers: a year or month means its first to its last day.</summary>
    public static bool TryDays(ReadOnlySpan<byte> text, out DateOnly from, out DateOnly to)
    {
        from = to = default;
        var date = text.Length > 10 && text[10] == 'T' ? text[..10] : text;
        if (!PrimitiveFormat.IsDate(date))
            return false;
        var year = Number(date[..4]);
        var month = date.Length >= 7 ? Number(date[5..7]) : 1;
        var day = date.Length == 10 ? Number(date[8..10]) : 1;
        from = new DateOnly(year, month, day);
        to = date.Length switch
        {
            10 => from,
            7 => new DateOnly(year, month, DateTime.DaysInMonth(year, month)),
            _ => new DateOnly(year, 12, 31),
        };
        return true;
    }

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
            number = (number * 10) + digit - '0';
        return number;
    }
}

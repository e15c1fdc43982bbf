namespace FhirGateway.Episodes;

/// <summary>How a visit ended, by all that stands of what says so: the latest statement wins.</summary>
/// <param name="First">Index of the first event that ends the visit, -1 if it goes on.</param>
/// <param name="Statement">Index of the latest one.</param>
/// <param name="At">PV1-45 of that one, else when it happened.</param>
internal readonly record struct EndOfVisit(int First, int Statement, Moment At)
{
    public bool IsOver => Statement >= 0;

    public static EndOfVisit Of(EventLine events, EventMarks marks)
    {
        var end = new EndOfVisit(-1, -1, default);
        for (var i = 0; i < events.Length; i++)
        {
            var happened = events.Of(i);
            if (!happened.Ends(events.Acts[i]) || (marks.Of(i) & (EventMark.Down | EventMark.NoEnd)) != EventMark.None)
                continue;
            end = new EndOfVisit(end.First < 0 ? i : end.First, i, happened.Discharged ?? happened.At);
        }

        return end;
    }
}

using System.Collections.Immutable;
using FhirGateway.Adapters.BulkFhir;
using FhirGateway.Submissions;

namespace FhirGateway.Tests.BulkFhir;

public sealed class ExportPlanTests
{
    private const string Old = "2026-01-01T00:00:00Z";
    private const string New = "2026-11-01T00:00:00+00:00";
    private const string Newer = "2026-11-01T06:00:00Z";

    [Fact]
    public void The_first_export_asks_for_everything() => Assert.Equal("[] since ", Show(ExportPlan.Of([], [], false, null)));

    [Fact]
    public void The_next_one_asks_for_what_changed() =>
        Assert.Equal($"[] since {New}", Show(ExportPlan.Of([], [new(ExportMark.AllTypes, New)], false, null)));

    [Fact]
    public void A_type_that_is_behind_is_asked_for_from_where_it_is() => Assert.Equal(
        $"[] since {New}; [Coverage] since {Old}; [Patient] since ",
        Show(ExportPlan.Of([], [new(ExportMark.AllTypes, New), new("Coverage", Old), new("Patient", null)], false, null)));

    [Fact]
    public void Marks_of_one_day_are_asked_for_as_one_from_the_earliest_on() => Assert.Equal(
        $"[Coverage,Patient] since {New}; [Claim] since ",
        Show(ExportPlan.Of(["Patient", "Coverage", "Claim"], [new("Patient", Newer), new("Coverage", New)], false, null)));

    [Fact]
    public void Full_and_since_override_what_is_remembered()
    {
        Assert.Equal("[] since ", Show(ExportPlan.Of([], [new(ExportMark.AllTypes, New)], true, null)));
        Assert.Equal($"[] since {Old}", Show(ExportPlan.Of([], [new(ExportMark.AllTypes, New)], false, Old)));
    }

    [Fact]
    public void What_is_missing_stays_behind_and_the_rest_advances()
    {
        var marks = ExportPlan.After(new ExportSlice([], Old), Newer, ["Coverage"], [new(ExportMark.AllTypes, Old)]);
        Assert.Equal([new(ExportMark.AllTypes, Newer), new ExportMark("Coverage", Old)], marks);
        Assert.Equal([new ExportMark("Patient", Newer)], ExportPlan.After(new ExportSlice(["Patient", "Coverage"], null), Newer, ["Coverage"], []));
    }

    [Fact]
    public void Nothing_advances_where_nobody_knows_what_is_missing_or_when_it_was()
    {
        Assert.Empty(ExportPlan.After(new ExportSlice([], Old), Newer, null, []));
        Assert.Empty(ExportPlan.After(new ExportSlice([], Old), null, [], []));
    }

    [Fact]
    public void A_type_never_asked_for_from_later_than_it_is_here_whatever_failed_before()
    {
        // Twenty exports of which types fail at random: no mark may be later than the last export that brought the type from its mark on.
        var random = new Random(7);
        string[] types = ["Patient", "Coverage", "Claim"];
        var here = types.ToDictionary(t => t, _ => 0);
        IReadOnlyList<ExportMark> marks = [];
        for (var day = 1; day <= 200; day++)
        {
            var time = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day * 3).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
            foreach (var slice in ExportPlan.Of([], marks, false, null))
            {
                var missing = types.Where(_ => random.Next(4) == 0).ToList();
                foreach (var type in types.Where(t => (slice.Types.IsEmpty || slice.Types.Contains(t)) && !missing.Contains(t)))
                    here[type] = slice.Since is null || DayOf(slice.Since) <= here[type] ? day : here[type];
                marks = Merge(marks, ExportPlan.After(slice, time, missing, marks));
            }

            foreach (var type in types)
            {
                var own = marks.Where(m => m.Type == type).Select(m => (ExportMark?)m).FirstOrDefault() ?? marks.FirstOrDefault(m => m.Type == ExportMark.AllTypes);
                Assert.True(own.Since is null || DayOf(own.Since) <= here[type], $"day {day}: {type} is here up to {here[type]} and would be asked for from {own.Since}");
            }
        }
    }

    private static int DayOf(string instant) => (int)((ExportPlan.Time(instant) - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalDays / 3);

    private static List<ExportMark> Merge(IReadOnlyList<ExportMark> before, IReadOnlyList<ExportMark> changed) =>
        [.. before.Where(b => !changed.Any(c => c.Type == b.Type)), .. changed];

    private static string Show(ImmutableArray<ExportSlice> slices) =>
        string.Join("; ", slices.Select(s => $"[{string.Join(',', s.Types)}] since {s.Since}"));
}

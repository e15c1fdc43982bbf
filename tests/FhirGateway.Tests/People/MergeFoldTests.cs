using System.Globalization;
using FhirGateway.Episodes;
using FhirGateway.Normalization.Adt;
using FhirGateway.People;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.People;

public sealed class MergeFoldTests
{
    [Fact]
    public void Merges_lead_through_others_to_the_last_survivor()
    {
        var folded = MergeFold.Fold([Merge(1, "A", "B"), Merge(2, "B", "C"), Merge(3, "D", "C")]);
        Assert.Equal(["A>C", "B>C", "D>C"], folded.Survivors.Select(s => $"{s.Key}>{s.Value}"));
        Assert.Equal(["A", "B", "C", "D"], Assert.Single(folded.Humans));
    }

    [Fact]
    public void A_merge_back_is_held_and_changes_nothing()
    {
        var folded = MergeFold.Fold([Merge(1, "A", "B"), Merge(2, "B", "A")]);
        Assert.Equal((MergeVerdict.InForce, MergeVerdict.Reversed), (folded.Verdicts[1], folded.Verdicts[2]));
        Assert.Equal("B", folded.Survivors["A"]);
    }

    [Fact]
    public void A_cycle_through_several_is_held()
    {
        var folded = MergeFold.Fold([Merge(1, "A", "B"), Merge(2, "B", "C"), Merge(3, "C", "A")]);
        Assert.Equal(MergeVerdict.Reversed, folded.Verdicts[3]);
        Assert.Equal("C", folded.Survivors["A"]);
    }

    [Fact]
    public void A_reversed_merge_that_is_released_turns_the_survivor_round()
    {
        var folded = MergeFold.Fold([Merge(1, "A", "B"), Merge(2, "B", "A") with { State = MergeState.Released }]);
        Assert.Equal((MergeVerdict.Ended, MergeVerdict.InForce), (folded.Verdicts[1], folded.Verdicts[2]));
        Assert.Equal(["B>A"], folded.Survivors.Select(s => $"{s.Key}>{s.Value}"));
    }

    [Fact]
    public void What_was_taken_back_is_not_merged_again_by_a_repeat()
    {
        var folded = MergeFold.Fold([Merge(1, "A", "B") with { State = MergeState.Undone }, Merge(2, "A", "B")]);
        Assert.Equal((MergeVerdict.Undone, MergeVerdict.Reversed), (folded.Verdicts[1], folded.Verdicts[2]));
        Assert.Empty(folded.Humans);
    }

    [Fact]
    public void The_latest_word_on_an_identifier_counts()
    {
        var folded = MergeFold.Fold([Merge(2, "A", "C"), Merge(1, "A", "B")]);
        Assert.Equal((MergeVerdict.Ended, MergeVerdict.InForce), (folded.Verdicts[1], folded.Verdicts[2]));
        Assert.Equal(["A", "C"], Assert.Single(folded.Humans));
    }

    [Fact]
    public void A_link_keeps_both_in_use_and_an_unlink_parts_them()
    {
        var link = Note(1, "A", "B", AdtMergeKind.LinkPatients);
        var linked = MergeFold.Fold([link]);
        Assert.Empty(linked.Survivors);
        Assert.Equal(["A", "B"], Assert.Single(linked.Humans));
        var parted = MergeFold.Fold([link, Note(2, "B", "A", AdtMergeKind.UnlinkPatients)]);
        Assert.Empty(parted.Humans);
        Assert.Equal(MergeVerdict.Ended, parted.Verdicts[1]);
        Assert.Single(MergeFold.Fold([link with { Order = At(3) }, Note(2, "B", "A", AdtMergeKind.UnlinkPatients)]).Humans);
    }

    [Theory]
    [InlineData(1990, 2026, true)]
    [InlineData(1950, 1951, false)]
    [InlineData(2016, 2026, false)]
    [InlineData(null, 2026, false)]
    public void A_mother_and_her_newborn_are_not_one(int? mother, int? newborn, bool isHeld)
    {
        foreach (var kind in (ReadOnlySpan<AdtMergeKind>)[AdtMergeKind.MergePatients, AdtMergeKind.LinkPatients])
        {
            var folded = MergeFold.Fold([Note(1, "N", "M", kind)], key => key == "M" ? mother : newborn);
            Assert.Equal(isHeld ? MergeVerdict.Doubtful : MergeVerdict.InForce, folded.Verdicts[1]);
            Assert.Equal(isHeld, folded.Humans.IsEmpty);
        }
    }

    [Fact]
    public void A_newborn_does_not_reach_its_mother_through_a_record_without_a_birth_date()
    {
        int? Born(string key) => key switch { "M" => 1990, "N" => 2026, _ => null };
        var folded = MergeFold.Fold([Merge(1, "X", "M"), Merge(2, "N", "X")], Born);
        Assert.Equal(MergeVerdict.Doubtful, folded.Verdicts[2]);
        Assert.Equal(MergeVerdict.InForce, MergeFold.Fold([Merge(1, "X", "M"), Merge(2, "N", "X") with { State = MergeState.Released }], Born).Verdicts[2]);
    }

    [Fact]
    public void The_order_of_arrival_decides_nothing_and_no_key_leads_to_itself() =>
        Prop.ForAll(Notes(), notes =>
        {
            var first = MergeFold.Fold(notes, BornIn);
            var second = MergeFold.Fold([.. notes.Reverse()], BornIn);
            Assert.Equal(Shape(first), Shape(second));
            foreach (var (key, survivor) in first.Survivors)
            {
                Assert.NotEqual(key, survivor);
                Assert.False(first.Survivors.ContainsKey(survivor));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_repeat_of_a_message_under_another_control_id_changes_no_link() =>
        Prop.ForAll(Notes(), notes =>
        {
            if (notes.Length == 0)
                return;
            var last = notes.MaxBy(n => n.Order)!;
            var again = last with { Number = 1000, Order = last.Order with { ControlId = "again" } };
            var (first, second) = (MergeFold.Fold(notes, BornIn), MergeFold.Fold([.. notes, again], BornIn));
            Assert.Equal(first.Survivors, second.Survivors);
            Assert.Equal(first.Humans.Select(h => string.Join(',', h)), second.Humans.Select(h => string.Join(',', h)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void It_comes_to_what_going_through_everything_for_every_note_comes_to() =>
        Prop.ForAll(Notes(9, MergeState.Released, MergeState.Kept), notes =>
        {
            int? Born(string key) => key[0] % 3 == 0 ? 1960 : key[0] % 5 == 0 ? 1969 : key[0] % 7 == 0 ? 2026 : null;
            Assert.Equal(Shape(PlainMergeFold.Fold(notes, Born)), Shape(MergeFold.Fold(notes, Born)));
            Assert.Equal(Shape(PlainMergeFold.Fold(notes)), Shape(MergeFold.Fold(notes)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(60));

    /// <summary>Everything of one human, in the order that makes the longest ways; some of it repeated.</summary>
    [Fact]
    public void Its_cost_is_about_linear_in_the_number_of_notes()
    {
        var (few, many) = (Chain(500), Chain(8_000));
        Cost(few);
        var (small, large) = (Cost(few), Cost(many));
        // 16 times the notes; sorting adds a little, a busy machine more. Quadratic would be 256.
        Assert.True(large < Math.Max(small, 1) * 80, $"{large} ms after {small} ms");
        var asked = new Dictionary<string, int>();
        MergeFold.Fold(many, key => (asked[key] = asked.GetValueOrDefault(key) + 1) > 0 ? 1970 : null);
        Assert.All(asked.Values, times => Assert.Equal(1, times));
    }

    private static double Cost(List<MergeNote> notes)
    {
        var best = double.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var start = ThreadClock.Milliseconds();
            Assert.Single(MergeFold.Fold(notes, static _ => 1970).Humans);
            best = Math.Min(best, ThreadClock.Milliseconds() - start);
        }

        return best;
    }

    private static List<MergeNote> Chain(int length) =>
        [.. Enumerable.Range(1, length).Select(i => Merge(i, $"K{length - i:00000}", $"K{length - i + 1:00000}") with { Order = At(i, i) })];

    private static int? BornIn(string key) => key is "E" ? 2026 : key is "A" or "B" ? 1960 : null;

    private static string Shape(FoldedMerges folded) => string.Join(';',
        folded.Survivors.Select(s => $"{s.Key}>{s.Value}").Concat(folded.Humans.Select(h => string.Join(',', h)))
            .Concat(folded.Verdicts.OrderBy(v => v.Key).Select(v => $"{v.Key}={v.Value}")));

    private static Arbitrary<MergeNote[]> Notes(int keys = 5, params MergeState[] more)
    {
        MergeState[] states = [MergeState.Judged, MergeState.Judged, MergeState.Judged, MergeState.Undone, .. more];
        var note =
            from retired in Gen.Choose(0, keys - 1)
            from survivor in Gen.Choose(0, keys - 1)
            from kind in Gen.Elements(AdtMergeKind.MergePatients, AdtMergeKind.MergePatients, AdtMergeKind.LinkPatients, AdtMergeKind.UnlinkPatients, AdtMergeKind.ChangePatientId)
            from time in Gen.Choose(1, 50)
            from state in Gen.Elements(states)
            select (retired, survivor, kind, time, state);
        return note.ArrayOf().Select(notes => notes.Select((n, i) =>
            Note(i + 1, $"{(char)('A' + n.retired)}", $"{(char)('A' + n.survivor)}", n.kind) with { Order = At(n.time, i + 1), State = n.state }).ToArray()).ToArbitrary();
    }

    private static MergeNote Merge(int number, string retired, string survivor) => Note(number, retired, survivor, AdtMergeKind.MergePatients);

    private static MergeNote Note(int number, string retired, string survivor, AdtMergeKind kind) => new()
    {
        Number = number,
        Source = 1,
        Space = MergeSpace.Patients,
        Kind = kind,
        Trigger = "A40",
        Retired = retired,
        Survivor = survivor,
        Order = At(number),
    };

    private static EventOrder At(int minute, int? number = null)
    {
        var time = new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(minute);
        return new EventOrder(time, time, time, (number ?? minute).ToString("D3", CultureInfo.InvariantCulture), new Guid(number ?? minute, 0, 0, new byte[8]));
    }
}

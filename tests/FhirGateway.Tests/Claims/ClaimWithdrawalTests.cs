using FhirGateway.Tests.Processing;

namespace FhirGateway.Tests.Claims;

public sealed class ClaimWithdrawalTests
{
    [Fact]
    public async Task An_adjustment_that_is_stopped_leaves_the_claim_as_it_was_paid_before()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Eob("X11", 400, 1));
        var job = await rig.Gateway.OpenJobAsync();
        var adjusted = await rig.Gateway.SubmitAsync(job, 0, (Eob("Y11", 350, 2) with { Prior = ["X11"] }).ToString());
        Assert.Equal(350, await rig.PaidAsync());
        await rig.Gateway.WithdrawAsync(adjusted.Id);
        Assert.Equal(400, await rig.PaidAsync());
        rig.Gateway.AssertNothingVisibleOf(adjusted.Id);
        Assert.Equal(["eob-X11"], (await rig.HoldsAsync()).Keys);
    }

    [Fact]
    public async Task A_version_told_otherwise_and_stopped_has_its_earlier_amount_and_place_again()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Eob("X11", 400, 1), Eob("Y11", 350, 2) with { Prior = ["X11"] });
        var job = await rig.Gateway.OpenJobAsync();
        // The adjustment is told anew: other amount, and of another claim.
        var changed = await rig.Gateway.SubmitAsync(job, 0, Eob("Y11", 120, 3).ToString());
        Assert.Equal(520, await rig.PaidAsync());
        await rig.Gateway.WithdrawAsync(changed.Id);
        Assert.Equal(350, await rig.PaidAsync());
        rig.Gateway.AssertNothingVisibleOf(changed.Id);
        var holds = await rig.HoldsAsync();
        Assert.Equal(ClaimRig.Lineage(holds["eob-X11"]), ClaimRig.Lineage(holds["eob-Y11"]));
        Assert.False(ClaimRig.Current(holds["eob-X11"]));
    }

    [Fact]
    public async Task A_deleted_adjustment_leaves_the_claim_to_what_remains_until_the_deletion_is_stopped()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Eob("X11", 400, 1), Eob("Y11", 350, 2) with { Prior = ["X11"] });
        var job = await rig.Gateway.OpenJobAsync();
        var deleted = await rig.Gateway.SubmitAsync(job, 0, ManifestFile.Deleted("ExplanationOfBenefit/eob-Y11"));
        Assert.Equal(1, deleted.Counts.Deleted);
        Assert.Equal(400, await rig.PaidAsync());
        await rig.Gateway.WithdrawAsync(deleted.Id);
        Assert.Equal(350, await rig.PaidAsync());
    }

    [Fact]
    public async Task A_repeat_that_is_stopped_and_sent_again_is_a_repeat_again_and_no_second_row()
    {
        await using var rig = await ClaimRig.StartAsync("cclf");
        await rig.TakeAsync(Eob("R1", 100, 1));
        var before = await rig.PaidAsync();
        var repeat = Eob("R1", 100, 1) with { Id = "again-R1" };
        var stopped = await rig.Gateway.SubmitAsync(await rig.Gateway.OpenJobAsync(), 0, repeat.ToString());
        await rig.Gateway.WithdrawAsync(stopped.Id);
        await rig.TakeAsync(repeat);
        Assert.Equal(before, await rig.PaidAsync());
    }

    [Fact]
    public async Task A_row_that_was_changed_and_is_restored_keeps_its_repeats_as_repeats()
    {
        await using var rig = await ClaimRig.StartAsync("cclf");
        await rig.TakeAsync(Eob("R1", 100, 1));
        await rig.TakeAsync(Eob("R1", 100, 1) with { Id = "again-R1" });
        var before = await rig.PaidAsync();
        var changed = await rig.Gateway.SubmitAsync(await rig.Gateway.OpenJobAsync(), 0, Eob("R1", 120, 2).ToString());
        await rig.Gateway.WithdrawAsync(changed.Id);
        Assert.Equal(before, await rig.PaidAsync());
    }

    [Fact]
    public async Task After_a_link_is_undone_no_event_of_the_resource_keeps_its_data_however_often_it_was_taken_back_before()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Eob("X11", 400, 1));
        var changed = await rig.Gateway.SubmitAsync(await rig.Gateway.OpenJobAsync(), 0, Eob("X11", 350, 2).ToString());
        await rig.Gateway.WithdrawAsync(changed.Id);
        Assert.Equal(400, await rig.PaidAsync());
        await rig.TakeAsync(Eob("X11", 400, 1) with { Patient = "m9" });
        Assert.DoesNotContain(await rig.Gateway.ReadAsync("claims"), e => e.GetProperty("data").ToString().Contains("uc-X11", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_version_that_stops_counting_is_told_before_the_one_that_counts_again()
    {
        await using var rig = await ClaimRig.StartAsync("carin");
        await rig.TakeAsync(Eob("X11", 400, 1), Eob("Y11", 350, 2) with { Prior = ["X11"] });
        await rig.TakeAsync(Eob("Y11", 350, 3) with { Prior = ["X11"], Status = "entered-in-error" });
        Assert.Equal(400, await rig.PaidAsync());
        await rig.AssertNeverTwoAtOnceAsync();
    }

    private static EobText Eob(string claim, decimal amount, int day) =>
        new() { Id = "eob-" + claim, Amount = amount, Day = day, Identifiers = [EobText.Uc(claim)] };
}

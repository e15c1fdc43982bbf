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

    private static EobText Eob(string claim, decimal amount, int day) =>
        new() { Id = "eob-" + claim, Amount = amount, Day = day, Identifiers = [EobText.Uc(claim)] };
}

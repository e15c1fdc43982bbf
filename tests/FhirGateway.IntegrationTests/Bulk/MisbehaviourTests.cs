namespace FhirGateway.IntegrationTests.Bulk;

/// <summary>
/// Payers in every dialect and with every misbehaviour, all pulled from at once: each job is completed or fails with a reason, what
/// failed is not called done, and the others are as they should be.
/// </summary>
public sealed class MisbehaviourTests(MisbehavingPayers payers) : IClassFixture<MisbehavingPayers>
{
    public static TheoryData<string> Good => [.. MisbehavingPayers.Good];
    public static TheoryData<string> Bad => [.. MisbehavingPayers.Bad];

    [Theory]
    [MemberData(nameof(Good))]
    public async Task What_can_be_had_is_had_whole(string payer)
    {
        var (of, server, outcome) = payers[payer];
        outcome.Expect(0);
        Assert.Equal(of.Members.Claims.Order(), (await payers.Gateway.ClaimsAsync(payer)).Order());
        Assert.Empty(server.Requests.Failures);
        Assert.Equal(0, server.Faults.Unmet);
        Assert.Empty(server.Leaks);
        Assert.All(server.Jobs, j => Assert.True(j.IsDeleted, j.ToString()));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_cannot_be_had_fails_with_a_reason_and_is_not_called_done(string payer)
    {
        var (of, server, outcome) = payers[payer];
        var said = outcome.Error + outcome.Output;
        Assert.True(outcome.Exit != 0, said);
        Assert.Contains(of.Reasons, r => said.Contains(r, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("sig=", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.Empty(await payers.Gateway.ClaimsAsync(payer));
        Assert.Empty(server.Requests.Failures);
        Assert.Equal(0, server.Faults.Unmet);
    }

    [Fact]
    public void Nothing_was_sent_where_nobody_allowed_it() => Assert.Equal(0, payers.Canary.Connections);

    [Fact]
    public void No_secret_and_no_signed_url_is_in_the_log()
    {
        Assert.DoesNotContain("Zqsecretcanary", payers.Gateway.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", payers.Gateway.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_all_that_the_audit_log_verifies()
    {
        (await payers.Gateway.RunAsync("audit", "verify")).Expect(0);
    }
}

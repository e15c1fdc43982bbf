using System.Collections.Immutable;
using FhirGateway.Tests.Processing;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Claims;

/// <summary>Random lives of claims, told in any order and repeatedly, with ids renamed: what stands is always the truth.</summary>
public sealed class ClaimChainTests
{
    private const string Group = "https://bluebutton.cms.gov/resources/identifier/claim-group";
    private const string Control = "https://bluebutton.cms.gov/identifiers/CLM-CNTL-NUM";
    private const int ClaimsPerCase = 6;

    /// <summary>One claim: its versions in the order in which the payer made them, each with what is paid once it is known.</summary>
    private sealed record Life(ImmutableArray<(EobText Line, decimal Paid)> Versions);

    [Theory]
    [InlineData("carin")]
    [InlineData("bcda-v2")]
    [InlineData("bcda-v3")]
    [InlineData("cclf")]
    public async Task Whatever_the_order_and_however_often_the_sum_over_current_claims_is_the_truth(string profile)
    {
        await using var rig = await ClaimRig.StartAsync(profile);
        var truth = 0m;
        for (var number = 0; number < 12; number++)
        {
            var random = new Random(number * 31 + profile.Length);
            var lives = Enumerable.Range(0, ClaimsPerCase).Select(c => LifeOf(profile, $"{number}-{c}", random)).ToList();
            truth += await TellAsync(rig, lives, random, truth);
        }

        if (profile != "cclf")
            await rig.AssertNeverTwoAtOnceAsync();
        Assert.Empty(rig.Gateway.Engine.VerifyAudit(null).Faults);
    }

    [Fact]
    public void Judging_is_a_function_of_the_set() => Prop.ForAll(
        Gen.Choose(0, 100_000).ToArbitrary(),
        seed =>
        {
            var random = new Random(seed);
            var profile = (string[])["carin", "bcda-v2", "bcda-v3", "cclf"];
            var chosen = profile[random.Next(profile.Length)];
            var versions = LifeOf(chosen, "p", random).Versions.Select((v, i) => Versions.Of(v.Line, chosen, i + 1)).ToArray();
            var one = Versions.Stand(versions);
            random.Shuffle(versions);
            Assert.Equal(one, Versions.Stand(versions));
            Assert.Equal(Versions.Alone(versions[0]), Versions.Stand([versions[0]]).Single().Value);
            Assert.True(chosen == "cclf" || one.Values.Count(s => s.IsCurrent) <= 1);
        }).QuickCheckThrowOnFailure();

    /// <summary>Tells the lives in disorder with repeats and renamed ids; returns what they pay.</summary>
    private static async Task<decimal> TellAsync(ClaimRig rig, List<Life> lives, Random random, decimal before)
    {
        var lines = lives.SelectMany(l => l.Versions.Select(v => v.Line)).ToArray();
        var paid = lives.Sum(l => l.Versions[^1].Paid);
        if (random.Next(3) == 0)
        {
            // In the order of the payer: what is known is whole after each step.
            for (var step = 0; step < lives.Max(l => l.Versions.Length); step++)
            {
                await rig.TakeAsync([.. lives.Where(l => step < l.Versions.Length).Select(l => l.Versions[step].Line)]);
                Assert.Equal(before + lives.Sum(l => l.Versions[Math.Min(step, l.Versions.Length - 1)].Paid), await rig.PaidAsync());
            }
        }
        else
        {
            random.Shuffle(lines);
            foreach (var part in lines.Chunk(1 + random.Next(lines.Length)))
                await rig.TakeAsync([.. part, .. part.Where(_ => random.Next(4) == 0)]);
            Assert.Equal(before + paid, await rig.PaidAsync());
        }

        // Everything once more, and once more under other ids, later and in another order.
        var events = rig.Gateway.Events("claims").Count;
        random.Shuffle(lines);
        await rig.TakeAsync(lines);
        await rig.TakeAsync([.. lines.Select(l => l with { Id = "renamed-" + l.Id, Day = l.Day + 100 })]);
        Assert.Equal(events, rig.Gateway.Events("claims").Count);
        Assert.Equal(before + paid, await rig.PaidAsync());
        Assert.All((await rig.HoldsAsync()).Values.GroupBy(ClaimRig.Lineage), g => Assert.True(g.Count(ClaimRig.Current) <= 1));
        return paid;
    }

    private static Life LifeOf(string profile, string name, Random random) => new(profile switch
    {
        "carin" => Carin(name, random),
        "bcda-v2" => Groups(name, random),
        "bcda-v3" => Controls(name, random),
        _ => Ledger(name, random),
    });

    /// <summary>Partial first or not, then replacements by number; voids that a further replacement may undo; an error changes nothing.</summary>
    private static ImmutableArray<(EobText, decimal)> Carin(string name, Random random)
    {
        var made = ImmutableArray.CreateBuilder<(EobText, decimal)>();
        var paid = 0m;
        string? head = null;
        for (var i = 0; i <= random.Next(5); i++)
        {
            var amount = Amount(random, i);
            var line = new EobText { Id = $"{name}-{i}", Day = i + 1, Amount = amount, Identifiers = [EobText.Uc($"uc-{name}-{i}")], Prior = head is null ? [] : [head] };
            switch (random.Next(6))
            {
                case 0:
                    made.Add((line with { Outcome = "partial" }, paid));
                    continue;
                case 1:
                    made.Add((line with { Outcome = "error" }, paid));
                    continue;
                case 2 when head is not null:
                    line = line with { Status = "cancelled", Amount = -amount };
                    paid = 0;
                    break;
                default:
                    paid = amount;
                    break;
            }

            made.Add((line, paid));
            head = $"uc-{name}-{i}";
        }

        return made.ToImmutable();
    }

    /// <summary>The old version cancelled under its own id and the new one beside it, in one group; at last perhaps all cancelled.</summary>
    private static ImmutableArray<(EobText, decimal)> Groups(string name, Random random)
    {
        var versions = 1 + random.Next(4);
        var isEnded = random.Next(4) == 0;
        var made = ImmutableArray.CreateBuilder<(EobText, decimal)>();
        for (var i = 0; i < versions; i++)
        {
            var amount = Amount(random, i);
            var isLast = i == versions - 1;
            made.Add((new EobText
            {
                Id = $"carrier-{name}-{i}", Day = i + 1, Amount = amount, Status = isLast && !isEnded ? "active" : "cancelled",
                Identifiers = [EobText.Identifier("https://bluebutton.cms.gov/resources/variables/clm_id", $"{name}-{i}"), EobText.Identifier(Group, "grp" + name)],
            }, isLast && !isEnded ? amount : 0));
        }

        return made.ToImmutable();
    }

    /// <summary>Partial in the shared system, then final; adjusted under one control number or a new one that names the old; a void at last.</summary>
    private static ImmutableArray<(EobText, decimal)> Controls(string name, Random random)
    {
        var made = ImmutableArray.CreateBuilder<(EobText, decimal)>();
        var control = $"cn-{name}";
        if (random.Next(2) == 0)
            made.Add((Of(0, control) with { Outcome = "partial", Tags = EobText.Tag("System-Type", "SharedSystem") }, 0));
        for (var i = 1; i <= 1 + random.Next(3); i++)
        {
            var line = Of(i, control);
            if (i > 1 && random.Next(2) == 0)
                line = Of(i, control = $"cn-{name}-{i}") with { Prior = [Number(made[^1].Item1)] };
            made.Add((line, line.Amount));
        }

        if (random.Next(3) == 0)
            made.Add((Of(9, control) with { SupportingInfo = EobText.Coded("https://bluebutton.cms.gov/fhir/CodeSystem/CLM-ADJSTMT-TYPE-CD", "1") }, 0));
        return made.ToImmutable();

        EobText Of(int i, string number) => new()
        {
            Id = $"{name}-{i}", Day = i + 1, Amount = Amount(random, i), Identifiers = [EobText.Identifier(Control, number), EobText.Identifier("https://bluebutton.cms.gov/resources/variables/clm_id", $"{name}-{i}")],
            Tags = EobText.Tag("System-Type", "NationalClaimsHistory"),
        };
        static string Number(EobText line) => line.Identifiers[0].Split('"')[^2];
    }

    /// <summary>Rows: an original, then pairs of a cancelling row and a new one; at last perhaps only the cancelling row.</summary>
    private static ImmutableArray<(EobText, decimal)> Ledger(string name, Random random)
    {
        var made = ImmutableArray.CreateBuilder<(EobText, decimal)>();
        var day = $"2026-0{1 + random.Next(5)}-{10 + random.Next(18)}";
        var amount = Amount(random, 0);
        made.Add((Of(0, "0", amount), amount));
        var pairs = random.Next(4);
        for (var i = 1; i <= pairs; i++)
        {
            made.Add((Of(2 * i, "1", amount), 0));
            if (i == pairs && random.Next(3) == 0)
                break;
            amount = Amount(random, i);
            made.Add((Of((2 * i) + 1, random.Next(2) == 0 ? "2" : "0", amount), amount));
        }

        return made.ToImmutable();

        EobText Of(int i, string code, decimal paid) => new()
        {
            Id = $"{name}-{i}", Day = i + 1, Amount = paid, Start = day, End = day, Provider = "npi-" + name,
            SupportingInfo = EobText.Coded("https://example.org/CLM_ADJSTMT_TYPE_CD", code),
            Identifiers = [EobText.Identifier("https://bluebutton.cms.gov/resources/variables/cur_clm_uniq_id", $"{name}-{i}")],
        };
    }

    private static decimal Amount(Random random, int version) => (100 * (version + 1)) + random.Next(1, 99) + (random.Next(0, 100) / 100m);
}

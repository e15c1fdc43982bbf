using static FhirGateway.Tests.Processing.VisitWorld;

namespace FhirGateway.Tests.Processing;

/// <summary>Through the whole pipeline and the real store: the order in which messages arrive decides nothing but when something is told.</summary>
public sealed class VisitOrderTests
{
    private static readonly string[] Visits = ["V1", "V2", "V3", "V4"];

    private static readonly VisitMessage[] Story =
    [
        // A stay with a transfer that did not happen, one that did, and a discharge that was taken back.
        new("A01", "C01", Time(16)) { Admitted = Time(16) },
        new("A02", "C02", Time(16, 12)) { Admitted = Time(16), Place = "5S^1^1", Prior = "4N^401^1" },
        new("A12", "C03", Time(16, 13)) { Admitted = Time(16) },
        new("A02", "C04", Time(17)) { Admitted = Time(16), Place = "ICU^2^1", Prior = "4N^401^1" },
        new("A08", "C05", Time(17, 10)) { Admitted = Time(16), Place = "ICU^2^1", Name = "Moore^Ada^M" },
        new("A03", "C06", Time(18)) { Admitted = Time(16), Place = "ICU^2^1", Discharged = Time(18), Disposition = "01" },
        new("A13", "C07", Time(18, 10)) { Admitted = Time(16), Place = "ICU^2^1" },
        new("A03", "C08", Time(19)) { Admitted = Time(16), Place = "ICU^2^1", Discharged = Time(19), Disposition = "01" },
        // An emergency visit that becomes a stay: a return.
        new("A04", "C11", Time(25)) { Visit = "V2", Class = "E", Place = "ED^1^1", Admitted = Time(25) },
        new("A06", "C12", Time(25, 14)) { Visit = "V2", Admitted = Time(25), Prior = "ED^1^1" },
        new("A03", "C13", Time(27)) { Visit = "V2", Admitted = Time(25), Discharged = Time(27), Disposition = "06" },
        // A visit that was called off.
        new("A01", "C21", Time(28)) { Visit = "V3", Admitted = Time(28) },
        new("A11", "C22", Time(28, 9)) { Visit = "V3", Admitted = Time(28) },
        // A discharge of which the admit never came.
        new("A03", "C31", Time(29)) { Visit = "V4", Class = "E", Place = "ED^2^1", Admitted = Time(28, 20), Discharged = Time(29), Disposition = "01" },
    ];

    [Fact]
    public async Task Any_order_of_arrival_ends_in_the_same_visits_and_the_same_things_told()
    {
        await using var straight = await StartAsync();
        await straight.SendAsync(Story);
        var visits = await straight.VisitsAsync(Visits);
        var standing = await straight.StandingAsync();
        Assert.True(visits.Count == 4, string.Join('\n', visits));
        Assert.NotEmpty(standing);
        for (var seed = 1; seed <= 10; seed++)
        {
            var shuffled = (VisitMessage[])[.. Story, .. Story.Take(4)];
            new Random(seed).Shuffle(shuffled);
            await using var world = await StartAsync();
            if (seed % 2 == 0)
                await world.SendAsync(shuffled);
            else
                await world.SendTogetherAsync(shuffled);
            var order = $"seed {seed}: {string.Join(' ', shuffled.Select(m => m.Control))}";
            Assert.True(visits.SequenceEqual(await world.VisitsAsync(Visits)), order + "\n" + string.Join('\n', visits) + "\n--\n" + string.Join('\n', await world.VisitsAsync(Visits)));
            Assert.True(standing.SetEquals(await world.StandingAsync()), order + "\n" + string.Join('\n', standing) + "\n--\n" + string.Join('\n', await world.StandingAsync()));
            Assert.Empty(world.Gateway.Engine.VerifyAudit(null).Faults);
        }
    }

    [Fact]
    public async Task The_same_messages_into_an_empty_store_make_the_same_visits_and_sent_again_change_nothing()
    {
        await using var world = await StartAsync();
        await world.SendTogetherAsync(Story.Reverse());
        var visits = await world.VisitsAsync(Visits);
        var told = (await world.TypesAsync()).Count;
        await world.Gateway.RestartAsync();
        await world.SendTogetherAsync(Story);
        Assert.Equal(visits, await world.VisitsAsync(Visits));
        Assert.Equal(told, (await world.TypesAsync()).Count);
        await using var empty = await StartAsync();
        await empty.SendTogetherAsync(Story.Reverse());
        Assert.Equal(visits, await empty.VisitsAsync(Visits));
    }
}

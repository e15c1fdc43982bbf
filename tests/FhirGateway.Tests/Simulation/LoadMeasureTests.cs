using FhirGateway.Simulation.Load;

namespace FhirGateway.Tests.Simulation;

public sealed class LoadMeasureTests
{
    [Fact]
    public void Percentiles_are_within_a_thirty_second_of_the_truth_and_never_below_it()
    {
        var (left, right) = (new LatencyHistogram(), new LatencyHistogram());
        for (var i = 1; i <= 10_000; i++)
            (i % 2 == 0 ? left : right).Add(TimeSpan.FromMicroseconds(i * 10));
        left.Add(right);
        var summary = left.Summarize();
        Assert.Equal(10_000, summary.Count);
        Assert.InRange(summary.P50.TotalMicroseconds, 50_000, 51_600);
        Assert.InRange(summary.P99.TotalMicroseconds, 99_000, 100_000);
        Assert.Equal(TimeSpan.FromMilliseconds(100), summary.Maximum);
        Assert.Equal(default, new LatencyHistogram().Summarize());
    }

    [Fact]
    public async Task The_floor_is_measured_in_groups_of_sixteen()
    {
        var probe = new FloorProbe(TimeProvider.System);
        var groups = 0;
        var result = await probe.MeasureAsync(
            (group, _) =>
            {
                Assert.Equal(16 * 1_400, group.Length);
                groups++;
                return ValueTask.CompletedTask;
            },
            TimeSpan.FromMilliseconds(20),
            TestContext.Current.CancellationToken);
        Assert.Equal((groups - 1) * 16L, result.Rows);
        var folder = Directory.CreateTempSubdirectory("floor");
        Assert.True((await probe.MeasureFileAsync(folder.FullName, TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken)).RowsPerSecond > 0);
        Assert.Empty(folder.GetFiles());
        folder.Delete();
    }
}

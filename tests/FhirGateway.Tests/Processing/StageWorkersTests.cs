using System.Collections.Concurrent;
using FhirGateway.Processing;

namespace FhirGateway.Tests.Processing;

/// <summary>Every piece of work is done once, on threads of their own.</summary>
public sealed class StageWorkersTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Every_piece_is_done_once_and_not_on_the_pool(int count)
    {
        var began = 0;
        using var workers = new StageWorkers(3, () => Interlocked.Increment(ref began));
        var done = new ConcurrentBag<int>();
        var onPool = 0;
        await workers.RunAsync(count, i =>
        {
            done.Add(i);
            Interlocked.Add(ref onPool, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
        });
        Assert.Equal(Enumerable.Range(0, count), done.Order());
        Assert.Equal(0, onPool);
        workers.Dispose();
        Assert.Equal(3, began);
    }

    [Fact]
    public async Task Work_of_several_callers_is_done_side_by_side()
    {
        using var workers = new StageWorkers(2);
        var sums = new long[20];
        await Task.WhenAll(Enumerable.Range(0, sums.Length).Select(c => workers.RunAsync(100, i => Interlocked.Add(ref sums[c], i))));
        Assert.All(sums, s => Assert.Equal(4950, s));
    }

    [Fact]
    public async Task A_fault_reaches_the_caller_and_stops_no_other_piece()
    {
        using var workers = new StageWorkers(2);
        var done = 0;
        await Assert.ThrowsAsync<InvalidOperationException>(() => workers.RunAsync(50, i =>
        {
            Interlocked.Increment(ref done);
            if (i == 3)
                throw new InvalidOperationException("three");
        }));
        Assert.Equal(50, done);
        await workers.RunAsync(1, _ => Interlocked.Increment(ref done));
        Assert.Equal(51, done);
    }
}

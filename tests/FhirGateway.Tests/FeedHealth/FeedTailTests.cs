using FhirGateway.FeedHealth;

namespace FhirGateway.Tests.FeedHealth;

public sealed class FeedTailTests
{
    /// <summary>Against sums of the distributions' own terms.</summary>
    [Theory]
    [InlineData(0, 3.0, 0.0, 0.0497870684)]
    [InlineData(2, 3.0, 0.0, 0.4231900811)]
    [InlineData(5, 20.0, 0.0, 7.190884e-5)]
    [InlineData(60, 100.0, 0.0, 1.080842e-5)]
    [InlineData(0, 4.0, 0.25, 0.0625)]
    [InlineData(2, 4.0, 0.25, 0.34375)]
    public void The_lower_tail_is_that_of_a_Poisson_or_negative_binomial_count(long observed, double expected, double dispersion, double probability) =>
        Assert.Equal(1, FeedTail.AtMost(observed, expected, dispersion) / probability, 2e-3);

    [Theory]
    [InlineData(5, 10, 0.5, 0.623046875)]
    [InlineData(10, 10, 0.5, 0.0009765625)]
    [InlineData(3, 20, 0.05, 0.0754837)]
    public void The_upper_tail_is_that_of_a_binomial_count(long hits, long tries, double share, double probability)
    {
        var found = FeedTail.AtLeast(hits, tries, share);
        // What is no more than expected is never improbable: it is not worked out.
        Assert.True(hits <= tries * share ? found == 1 : Math.Abs((found / probability) - 1) < 2e-3, $"{found}");
    }

    [Fact]
    public void Whatever_the_counts_a_probability_is_one()
    {
        foreach (var expected in (double[])[0, 1e-9, 0.5, 20, 1e4, 1e6])
        {
            foreach (var dispersion in (double[])[0, 0.01, 1])
            {
                var before = 0.0;
                foreach (var share in (double[])[0, 0.1, 0.5, 0.9, 1, 2])
                {
                    var p = FeedTail.AtMost((long)(expected * share), expected, dispersion);
                    Assert.InRange(p, before - 1e-9, 1);
                    before = p;
                }
            }
        }
    }
}

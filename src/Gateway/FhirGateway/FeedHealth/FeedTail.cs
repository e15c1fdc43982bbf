namespace FhirGateway.FeedHealth;

/// <summary>How unlikely a count is. Honest for small ones: three messages less than three are no news.</summary>
public static class FeedTail
{
    private const int MostTerms = 20_000;
    private const double Negligible = 1e-12;

    /// <summary>
    /// The probability of at most <paramref name="observed"/> where <paramref name="expected"/> is the mean of a Poisson count whose
    /// rate itself varies from day to day (negative binomial).
    /// </summary>
    /// <param name="observed">What came.</param>
    /// <param name="expected">The mean.</param>
    /// <param name="dispersion">Variance of the rate relative to its mean squared; 0 for a plain Poisson count.</param>
    public static double AtMost(long observed, double expected, double dispersion)
    {
        if (expected <= 0 || observed >= expected)
            return 1;
        if (observed > MostTerms)
        {
            // Of large counts the rate's own variation is what matters: they are scaled down, and keep their variance.
            var scale = observed / (double)MostTerms;
            var rest = dispersion + ((1 - scale) / expected);
            if (rest > 0)
                return AtMost(MostTerms, expected / scale, rest);
        }

        // A very small dispersion is numerically a Poisson count.
        var size = 1 / Math.Max(dispersion, 1e-6);
        var p = size / (size + expected);
        var term = Math.Exp(LogGamma(observed + size) - LogGamma(size) - LogGamma(observed + 1) + (size * Math.Log(p)) + (observed * Math.Log(1 - p)));
        var sum = term;
        for (var i = observed; i > 0 && observed - i < MostTerms && term > sum * Negligible; i--)
        {
            term *= i / ((i - 1 + size) * (1 - p));
            sum += term;
        }

        return Math.Min(sum, 1);
    }

    /// <summary>The probability of at least <paramref name="hits"/> of <paramref name="tries"/> where each has <paramref name="share"/>.</summary>
    public static double AtLeast(long hits, long tries, double share)
    {
        if (hits <= 0 || hits <= tries * share)
            return 1;
        share = Math.Clamp(share, 1e-9, 1 - 1e-9);
        var term = Math.Exp(LogGamma(tries + 1) - LogGamma(hits + 1) - LogGamma(tries - hits + 1) + (hits * Math.Log(share)) + ((tries - hits) * Math.Log(1 - share)));
        var sum = term;
        for (var i = hits; i < tries && i - hits < MostTerms && term > sum * Negligible; i++)
        {
            term *= (tries - i) / (i + 1.0) * share / (1 - share);
            sum += term;
        }

        return Math.Min(sum, 1);
    }

    /// <summary>Stirling's series, after the argument was raised to where it holds to ten digits.</summary>
    private static double LogGamma(double x)
    {
        var shift = 0.0;
        for (; x < 10; x++)
            shift -= Math.Log(x);
        var inverse = 1 / (x * x);
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + ((1 / (12 * x)) * (1 - (inverse / 30 * (1 - (inverse * 2 / 7)))));
    }
}

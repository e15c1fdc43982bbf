namespace FhirGateway.FeedHealth;

/// <summary>
/// What an hour of the week usually brings. Few samples lean on the same hour of all working days or all days of the weekend, those on
/// that hour of any day, and those on the feed as a whole; recent weeks weigh more; a single hour that brought a flood counts as far as
/// its neighbours make it believable.
/// </summary>
internal static class FeedRates
{
    private const double HalfLifeHours = 21 * 24;

    /// <summary>An hour in which the gateway listened less says little: the backlog comes after.</summary>
    private const double LeastListened = 0.5;
    private const double FloodFactor = 4;
    private const double FloodSlack = 10;

    /// <summary>Samples of the coarser figure that each finer one begins with: as many hours as one message takes, within limits.</summary>
    private const double LeastPrior = 0.25;
    private const double MostPrior = 2;
    private const double LeastSlotPrior = 0.5;
    private const double MostSlotPrior = 1;

    public static double[] Learn(FeedHistory history, FeedCalendar calendar)
    {
        var samples = Samples(history, calendar);
        Cap(samples);
        var slots = new Sums(FeedCalendar.Slots);
        var types = new Sums(2 * 24);
        var hours = new Sums(24);
        var all = new Sums(1);
        foreach (var sample in samples)
        {
            slots.Add(sample.Slot, sample);
            types.Add(TypeOf(sample.Slot), sample);
            hours.Add(sample.Slot % 24, sample);
            all.Add(0, sample);
        }

        var rates = new double[FeedCalendar.Slots];
        for (var slot = 0; slot < rates.Length; slot++)
        {
            var any = all.Mean(0, 0, 0);
            var hour = hours.Mean(slot % 24, any, PriorOf(any, LeastPrior, MostPrior));
            var type = types.Mean(TypeOf(slot), hour, PriorOf(hour, LeastPrior, MostPrior));
            rates[slot] = slots.Mean(slot, type, PriorOf(type, LeastSlotPrior, MostSlotPrior));
        }

        return rates;
    }

    private static double PriorOf(double rate, double least, double most) => Math.Clamp(1 / Math.Max(rate, 1e-6), least, most);

    private static List<Sample> Samples(FeedHistory history, FeedCalendar calendar)
    {
        var samples = new List<Sample>(history.Hours.Count);
        for (var i = 0; i < history.Hours.Count; i++)
        {
            var listened = history.Listened[i];
            if (listened < LeastListened || calendar.IsHoliday(history.From + i))
                continue;
            var weight = listened * Math.Pow(0.5, (history.Hours.Count - i) / HalfLifeHours);
            samples.Add(new Sample(calendar.SlotOf(history.From + i), (history.Hours[i]?.Messages ?? 0) / listened, weight));
        }

        return samples;
    }

    private static void Cap(List<Sample> samples)
    {
        var most = new double[2 * 24];
        foreach (var group in samples.GroupBy(s => TypeOf(s.Slot)))
        {
            var sorted = group.Select(s => s.PerHour).Order().ToList();
            most[group.Key] = (sorted[sorted.Count / 2] * FloodFactor) + FloodSlack;
        }

        for (var i = 0; i < samples.Count; i++)
            samples[i] = samples[i] with { PerHour = Math.Min(samples[i].PerHour, most[TypeOf(samples[i].Slot)]) };
    }

    /// <summary>Working days, or the weekend.</summary>
    private static int TypeOf(int slot) => (slot / 24 is 0 or 6 ? 24 : 0) + (slot % 24);

    private readonly record struct Sample(int Slot, double PerHour, double Weight);

    private sealed class Sums(int groups)
    {
        private readonly double[] messages = new double[groups];
        private readonly double[] weights = new double[groups];

        public void Add(int group, Sample sample)
        {
            messages[group] += sample.PerHour * sample.Weight;
            weights[group] += sample.Weight;
        }

        public double Mean(int group, double otherwise, double prior) =>
            weights[group] + prior == 0 ? otherwise : (messages[group] + (prior * otherwise)) / (weights[group] + prior);
    }
}

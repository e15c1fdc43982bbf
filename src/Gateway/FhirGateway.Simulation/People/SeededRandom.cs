namespace FhirGateway.Simulation.People;

/// <summary>
/// A small generator (SplitMix64) whose values depend on nothing but its seed: the same on every machine, runtime and run.
/// Seeding by several numbers gives every fact of the world its own generator, so facts can be written in any order.
/// </summary>
public struct SeededRandom
{
    private ulong state;

    public SeededRandom(ulong seed) => state = seed;

    /// <summary>A generator of its own for the fact named by these numbers.</summary>
    public static SeededRandom For(int seed, int a, int b, int c)
    {
        var mixed = Mix((uint)seed + 0x9E3779B97F4A7C15);
        mixed = Mix(mixed ^ ((ulong)(uint)a << 32 | (uint)b));
        return new SeededRandom(Mix(mixed + (uint)c));
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        state += 0x9E3779B97F4A7C15;
        return Mix(state);
    }

    /// <summary>A number from 0 to <paramref name="below"/> - 1.</summary>
    public int Next(int below) => (int)(((NextBits() >> 32) * (ulong)below) >> 32);

    /// <summary>A number from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public int Between(int from, int to) => from + Next(to - from + 1);

    /// <summary>True in <paramref name="percent"/> of 100 cases.</summary>
    public bool Chance(int percent) => Next(100) < percent;

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

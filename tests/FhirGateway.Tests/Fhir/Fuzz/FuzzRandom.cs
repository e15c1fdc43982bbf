namespace FhirGateway.Tests.Fhir.Fuzz;

/// <summary>A small generator of random numbers (splitmix64): making one for each case costs nothing.</summary>
public struct FuzzRandom(ulong seed)
{
    private ulong state = seed;

    /// <summary>The generator of one case of a run.</summary>
    public static FuzzRandom Of(int seed, long index) => new(((ulong)(uint)seed << 40) ^ (ulong)index);

    public ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From 0 up to, not including, <paramref name="end"/>; 0 if that is 0.</summary>
    public int Next(int end) => end <= 0 ? 0 : (int)(Next() % (uint)end);
}

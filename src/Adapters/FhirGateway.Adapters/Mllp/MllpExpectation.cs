using FhirGateway.Hl7v2;

namespace FhirGateway.Adapters.Mllp;

/// <summary>Which answers a message asks for by its MSH-15 and MSH-16 (table 0155).</summary>
/// <param name="First">Whether an answer comes, may come, or does not.</param>
/// <param name="AfterAccept">The same of the application's answer after CA.</param>
internal readonly record struct MllpExpectation(MllpExpectation.Likelihood First, MllpExpectation.Likelihood AfterAccept)
{
    internal enum Likelihood
    {
        Never,
        Maybe,
        Always,
    }

    public static MllpExpectation Of(ReadOnlyMemory<byte> message)
    {
        if (!Hl7Header.TryRead(message, out var header))
            return new(Likelihood.Always, Likelihood.Never);
        var (accept, application) = (Read(header.Component(15, 1)), Read(header.Component(16, 1)));
        // Original mode, also where a field holds what is in no table.
        if (accept is null && application is null)
            return new(Likelihood.Always, Likelihood.Never);
        var after = application ?? Likelihood.Never;
        return new((Likelihood)Math.Max((int)(accept ?? Likelihood.Never), (int)after), after);
    }

    private static Likelihood? Read(ReadOnlySpan<byte> condition) => condition switch
    {
        [(byte)'A', (byte)'L'] => Likelihood.Always,
        [(byte)'N', (byte)'E'] => Likelihood.Never,
        [(byte)'E', (byte)'R'] or [(byte)'S', (byte)'U'] => Likelihood.Maybe,
        _ => null,
    };
}

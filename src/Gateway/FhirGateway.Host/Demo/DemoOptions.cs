using FhirGateway.Simulation.Checks;

namespace FhirGateway.Host.Demo;

/// <summary>How the demo runs.</summary>
/// <param name="People">Size of the simulated world.</param>
/// <param name="Seconds">How long the hospital takes to send its messages.</param>
/// <param name="Seed">Of the world: same seed, same world.</param>
/// <param name="Sabotage">Damage done to what the consumers received, to show that the check finds it.</param>
/// <param name="Terminal">Whether progress is shown on one line that is written over.</param>
internal sealed record DemoOptions(int People, int Seconds, int Seed, Sabotage Sabotage, bool Terminal);

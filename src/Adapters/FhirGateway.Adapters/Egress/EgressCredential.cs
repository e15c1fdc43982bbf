namespace FhirGateway.Adapters.Egress;

/// <summary>What goes into <c>Authorization</c>, bound to one origin: to any other it is never sent.</summary>
/// <param name="Origin">The only origin that gets it.</param>
/// <param name="Scheme"><c>Bearer</c> or <c>Basic</c>.</param>
/// <param name="Value">The secret.</param>
public sealed record EgressCredential(EgressOrigin Origin, string Scheme, string Value)
{
    public static EgressCredential Bearer(EgressOrigin origin, string token) => new(origin, "Bearer", token);

    public override string ToString() => $"EgressCredential({Scheme} for {Origin})";
}

namespace FhirGateway.Organizations;

/// <summary>What an agreement covers. <see cref="ClaimAmounts"/> without <see cref="Claims"/> covers nothing.</summary>
[Flags]
public enum DataClasses
{
    None = 0,
    Adt = 1,
    Claims = 2,
    ClaimAmounts = 4,
    Clinical = 8,
    All = Adt | Claims | ClaimAmounts | Clinical,
}

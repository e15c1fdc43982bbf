namespace FhirGateway.Organizations;

/// <summary>The directory in force. Swapped in whole after the transaction that changed it has committed.</summary>
public sealed class CurrentDirectory
{
    private OrganizationDirectory value = OrganizationDirectory.Empty;

    public OrganizationDirectory Value
    {
        get => Volatile.Read(ref value);
        set => Volatile.Write(ref this.value, value);
    }
}

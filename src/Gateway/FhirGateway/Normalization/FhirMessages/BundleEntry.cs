namespace FhirGateway.Normalization.FhirMessages;

/// <summary>One resource of a message Bundle.</summary>
/// <param name="Index">Place among the entries.</param>
/// <param name="Node">Its object on the tape.</param>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its id, else the last part of its fullUrl.</param>
/// <param name="HasId">The resource has an id of its own.</param>
/// <param name="FullUrl">Null where the sender gave none.</param>
internal sealed record BundleEntry(int Index, int Node, string Type, string Id, bool HasId, string? FullUrl)
{
    /// <summary>Its fullUrl is the address of a resource on a server, which has the id for good; any other id is of this Bundle only.</summary>
    public bool IsOnServer { get; } = FullUrl is not null && (FullUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || FullUrl.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        && FullUrl.EndsWith($"/{Type}/{Id}", StringComparison.Ordinal);

    public string Expression => $"Bundle.entry[{Index}].resource";

    public override string ToString() => $"BundleEntry({Index}, {Type})";
}

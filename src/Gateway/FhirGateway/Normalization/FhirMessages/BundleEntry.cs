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
    public string Expression => $"Bundle.entry[{Index}].resource";

    public override string ToString() => $"BundleEntry({Index}, {Type})";
}

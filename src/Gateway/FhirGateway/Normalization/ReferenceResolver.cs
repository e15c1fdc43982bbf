using System.Text;
using FhirGateway.Contracts;
using FhirGateway.Fhir.Normalization;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Normalization;

/// <summary>Finds the target of a literal reference within its source (references.html#literal). Never crosses to another source.</summary>
internal static class ReferenceResolver
{
    private const int MaxIdLength = 255;

    /// <summary>Type and source id of the target, or null if it does not resolve.</summary>
    public static (string Type, string Id)? Resolve(ReadOnlySpan<byte> reference, NormalizationSettings settings)
    {
        if (reference.StartsWith("urn:"u8))
            return ResolveUrn(Encoding.UTF8.GetString(reference), settings);
        foreach (var baseUrl in settings.BaseUrlBytes)
            if (reference.StartsWith(baseUrl))
                return ResolveRelative(reference[baseUrl.Length..], settings);
        if (settings.BaseUrlBytes.IsEmpty && (reference.StartsWith("https://"u8) || reference.StartsWith("http://"u8)))
            return ResolveUnknownBase(reference, settings);
        return ResolveRelative(reference, settings);
    }

    /// <summary>
    /// An absolute URL of a source whose base is not configured: its last two segments, if this source has such a resource.
    /// It can never reach another source's.
    /// </summary>
    private static (string, string)? ResolveUnknownBase(ReadOnlySpan<byte> reference, NormalizationSettings settings)
    {
        var history = reference.IndexOf("/_history/"u8);
        var path = history < 0 ? reference : reference[..history];
        var id = path.LastIndexOf((byte)'/');
        var type = id < 0 ? -1 : path[..id].LastIndexOf((byte)'/');
        if (type < 0 || ResolveRelative(path[(type + 1)..], settings) is not { } target)
            return null;
        return settings.Lookup.FindTypeOfId(settings.Source, target.Item2) == target.Item1 ? target : null;
    }

    private static (string, string)? ResolveUrn(string reference, NormalizationSettings settings)
    {
        var colon = reference.IndexOf(':', 4);
        if (colon < 0 || reference[4..colon] is not ("uuid" or "oid"))
            return null;
        var id = reference[(colon + 1)..];
        return id.Length is > 0 and <= MaxIdLength && settings.Lookup.FindTypeOfId(settings.Source, id) is { } type ? (type, id) : null;
    }

    private static (string, string)? ResolveRelative(ReadOnlySpan<byte> reference, NormalizationSettings settings)
    {
        var question = reference.IndexOf((byte)'?');
        if (question >= 0)
            return ResolveConditional(reference[..question], reference[(question + 1)..], settings);
        var slash = reference.IndexOf((byte)'/');
        if (slash < 0 || StructureTable.R4.FindResourceType(reference[..slash]) is not { } type)
            return null;
        var id = reference[(slash + 1)..];
        var end = id.IndexOfAny((byte)'/', (byte)'#');
        if (end >= 0)
        {
            if (id[end] == '/' && !id[end..].StartsWith("/_history/"u8))
                return null;
            id = id[..end];
        }
        return id.IsEmpty || id.Length > MaxIdLength || id.IndexOfAnyInRange((byte)0, (byte)' ') >= 0 ? null : (type, Encoding.UTF8.GetString(id));
    }

    /// <summary><c>Type?identifier=system|value</c>, as bulk files have it instead of ids.</summary>
    private static (string, string)? ResolveConditional(ReadOnlySpan<byte> typeName, ReadOnlySpan<byte> query, NormalizationSettings settings)
    {
        if (StructureTable.R4.FindResourceType(typeName) is not { } type
            || !query.StartsWith("identifier="u8) || query.IndexOf((byte)'&') >= 0)
            return null;
        var token = Uri.UnescapeDataString(Encoding.UTF8.GetString(query[11..]));
        var bar = token.IndexOf('|', StringComparison.Ordinal);
        if (bar < 0 || bar == token.Length - 1)
            return null;
        var system = CodeSystemAliases.Canonical(token[..bar]);
        return settings.Lookup.FindIdByIdentifier(settings.Source, type, system, token[(bar + 1)..]) is { } id ? (type, id) : null;
    }

    public static ResourceReference Publish((string Type, string Id) target, NormalizationSettings settings) =>
        new(target.Type, IdOf(target.Type, target.Id, settings));

    /// <summary>The published id of what the source, or a message of it, knows as type/id.</summary>
    public static Guid IdOf(string type, string id, NormalizationSettings settings) =>
        settings.IdOf?.Invoke(type, id) ?? PublishedId.Create(settings.Source, type, id);
}

using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Identity;

namespace FhirGateway.Adapters.Smart;

/// <summary>What we use of a SMART configuration document (SMART App Launch 2.2, "Conformance").</summary>
public sealed record SmartConfiguration
{
    private const int MostItems = 1000;
    private const int MostItemLength = 512;

    /// <summary>Where tokens are asked for; null where the document names none that can be called.</summary>
    public Uri? TokenEndpoint { get; init; }

    /// <summary><c>token_endpoint_auth_methods_supported</c>; empty where absent.</summary>
    public ImmutableArray<string> AuthMethods { get; init; } = [];

    /// <summary><c>token_endpoint_auth_signing_alg_values_supported</c>; empty where absent.</summary>
    public ImmutableArray<string> SigningAlgorithms { get; init; } = [];

    /// <summary><c>scopes_supported</c>; empty where absent.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>Reads the document; null where it is not one JSON object with distinct names. Members of another form count as absent.</summary>
    public static SmartConfiguration? Read(ReadOnlyMemory<byte> utf8)
    {
        using var document = StrictJson.ReadObject(utf8);
        if (document?.RootElement is not { } root)
            return null;
        return new SmartConfiguration
        {
            TokenEndpoint = EgressUrl.TryRead(StrictJson.Text(root, "token_endpoint", EgressUrl.MostLength), out var url, out _) ? url : null,
            AuthMethods = Texts(root, "token_endpoint_auth_methods_supported"),
            SigningAlgorithms = Texts(root, "token_endpoint_auth_signing_alg_values_supported"),
            Scopes = Texts(root, "scopes_supported"),
        };
    }

    private static ImmutableArray<string> Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out var array) && array.ValueKind == JsonValueKind.Array
            ? [.. array.EnumerateArray().Take(MostItems).Select(i => StrictJson.Text(i, MostItemLength)).OfType<string>()]
            : [];
}

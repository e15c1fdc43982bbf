using System.Net;

namespace FhirGateway.Host.Endpoints;

/// <summary>The gateway's own URLs. Never taken from a Host or forwarding header: what a client signs for must not be up to a third party.</summary>
internal sealed class GatewayUrls(GatewayOptions options)
{
    public const string TokenPath = "/auth/token";
    private readonly string? publicRoot = options.Http.PublicUrl?.TrimEnd('/');

    /// <summary>Root URL without slash at its end, as told to clients.</summary>
    public string Root(HttpContext http) => publicRoot ?? $"http://{HostOf(http.Connection)}:{http.Connection.LocalPort}";

    /// <summary>The URLs of the token endpoint that an assertion may name: the public one, and on loopback its names.</summary>
    public IReadOnlyCollection<string> TokenEndpoints(HttpContext http)
    {
        var urls = new List<string>();
        if (publicRoot is not null)
            urls.Add(publicRoot + TokenPath);
        if (http.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local))
        {
            foreach (var host in (string[])["127.0.0.1", "localhost", "[::1]"])
                urls.Add($"http://{host}:{http.Connection.LocalPort}{TokenPath}");
        }

        return urls;
    }

    private static string HostOf(ConnectionInfo connection) =>
        connection.LocalIpAddress is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } v6 ? $"[{v6}]" : "127.0.0.1";
}

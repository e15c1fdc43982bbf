using System.Net;
using System.Net.Sockets;

namespace FhirGateway.Adapters.Egress;

/// <summary>
/// Judges the address that is connected to, never the text of a URL: names, octal numbers and mapped addresses all end here.
/// Ranges of the IANA special-purpose registries (RFC 6890), and the metadata services of clouds that lie outside them.
/// </summary>
internal static class AddressRules
{
    private static readonly (IPNetwork Network, AddressKind Kind)[] Rules =
    [
        // Metadata services that lie in ranges of another kind stand first.
        Rule("168.63.129.16/32", AddressKind.Special), Rule("100.100.100.200/32", AddressKind.Special), Rule("192.0.0.192/32", AddressKind.Special),
        Rule("fd00:ec2::/32", AddressKind.Special), Rule("fd20:ce::254/128", AddressKind.Special),
        Rule("0.0.0.0/8", AddressKind.Never), Rule("224.0.0.0/4", AddressKind.Never), Rule("240.0.0.0/4", AddressKind.Never),
        Rule("127.0.0.0/8", AddressKind.Private), Rule("10.0.0.0/8", AddressKind.Private), Rule("172.16.0.0/12", AddressKind.Private),
        Rule("192.168.0.0/16", AddressKind.Private), Rule("100.64.0.0/10", AddressKind.Private),
        Rule("169.254.0.0/16", AddressKind.Special), Rule("192.0.0.0/24", AddressKind.Special), Rule("192.0.2.0/24", AddressKind.Special),
        Rule("198.51.100.0/24", AddressKind.Special), Rule("203.0.113.0/24", AddressKind.Special), Rule("198.18.0.0/15", AddressKind.Special),
        Rule("192.88.99.0/24", AddressKind.Special), Rule("0.0.0.0/0", AddressKind.Public),
        Rule("::/128", AddressKind.Never), Rule("ff00::/8", AddressKind.Never), Rule("::1/128", AddressKind.Private), Rule("fc00::/7", AddressKind.Private),
        Rule("2001::/23", AddressKind.Special), Rule("2001:db8::/32", AddressKind.Special), Rule("2002::/16", AddressKind.Special),
        Rule("3fff::/20", AddressKind.Special), Rule("2620:4f:8000::/48", AddressKind.Special), Rule("2000::/3", AddressKind.Public),
        // Everything else of IPv6: link-local, site-local, NAT64 and IPv4 in disguise, discard, segment routing, unassigned.
        Rule("::/0", AddressKind.Special),
    ];

    public static AddressKind KindOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return Stricter(KindOf(address.MapToIPv4()));
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0)
            return AddressKind.Special;
        return Array.Find(Rules, r => r.Network.Contains(address)).Kind;
    }

    /// <summary>Whether this address may be connected to.</summary>
    /// <param name="address">The address itself.</param>
    /// <param name="reach">How far the origin reaches.</param>
    /// <param name="isWritten">The origin is written with this address and with no name.</param>
    public static bool Allows(IPAddress address, EgressReach reach, bool isWritten) => KindOf(address) switch
    {
        AddressKind.Public => reach != EgressReach.Nowhere,
        AddressKind.Private => reach == EgressReach.PrivateToo,
        AddressKind.Special => reach == EgressReach.PrivateToo && isWritten,
        _ => false,
    };

    /// <summary>No name server has a reason to answer with a mapped address.</summary>
    private static AddressKind Stricter(AddressKind kind) => kind == AddressKind.Never ? kind : AddressKind.Special;

    private static (IPNetwork Network, AddressKind Kind) Rule(string network, AddressKind kind) => (IPNetwork.Parse(network), kind);
}

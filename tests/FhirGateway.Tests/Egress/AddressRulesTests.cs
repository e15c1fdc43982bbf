using System.Net;
using FhirGateway.Adapters.Egress;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Egress;

public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("8.8.8.8", true, true, true)]
    [InlineData("2606:4700::1111", true, true, true)]
    [InlineData("127.0.0.1", false, true, true)]
    [InlineData("127.255.255.254", false, true, true)]
    [InlineData("10.0.0.1", false, true, true)]
    [InlineData("172.16.0.1", false, true, true)]
    [InlineData("172.31.255.255", false, true, true)]
    [InlineData("172.32.0.1", true, true, true)]
    [InlineData("192.168.1.1", false, true, true)]
    [InlineData("100.64.0.1", false, true, true)]
    [InlineData("100.128.0.1", true, true, true)]
    [InlineData("::1", false, true, true)]
    [InlineData("fd12::1", false, true, true)]
    [InlineData("169.254.169.254", false, false, true)]
    [InlineData("168.63.129.16", false, false, true)]
    [InlineData("100.100.100.200", false, false, true)]
    [InlineData("fd00:ec2::254", false, false, true)]
    [InlineData("fe80::1", false, false, true)]
    [InlineData("fec0::1", false, false, true)]
    [InlineData("64:ff9b::8.8.8.8", false, false, true)]
    [InlineData("64:ff9b:1::1", false, false, true)]
    [InlineData("2002:7f00:1::1", false, false, true)]
    [InlineData("2001::1", false, false, true)]
    [InlineData("2001:db8::1", false, false, true)]
    [InlineData("::7f00:1", false, false, true)]
    [InlineData("::ffff:8.8.8.8", false, false, true)]
    [InlineData("::ffff:127.0.0.1", false, false, true)]
    [InlineData("192.0.2.1", false, false, true)]
    [InlineData("198.51.100.7", false, false, true)]
    [InlineData("203.0.113.7", false, false, true)]
    [InlineData("198.19.0.1", false, false, true)]
    [InlineData("192.88.99.1", false, false, true)]
    [InlineData("0.0.0.0", false, false, false)]
    [InlineData("0.1.2.3", false, false, false)]
    [InlineData("224.0.0.1", false, false, false)]
    [InlineData("255.255.255.255", false, false, false)]
    [InlineData("::", false, false, false)]
    [InlineData("ff02::1", false, false, false)]
    [InlineData("::ffff:0.0.0.0", false, false, false)]
    public void S_10_an_address_is_reached_only_as_far_as_its_kind_allows(string text, bool isPublic, bool byName, bool asWritten)
    {
        var address = IPAddress.Parse(text);
        Assert.False(AddressRules.Allows(address, EgressReach.Nowhere, isWritten: true));
        Assert.Equal(isPublic, AddressRules.Allows(address, EgressReach.PublicOnly, isWritten: true));
        Assert.Equal(byName, AddressRules.Allows(address, EgressReach.PrivateToo, isWritten: false));
        Assert.Equal(asWritten, AddressRules.Allows(address, EgressReach.PrivateToo, isWritten: true));
    }

    [Fact]
    public void S_10_no_disguise_of_an_IPv4_address_is_public_and_no_inner_address_either()
    {
        var bytes = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf(4);
        Prop.ForAll(bytes.ToArbitrary(), v4 =>
        {
            var inner = v4[0] is 0 or 10 or 127 or >= 224 || (v4[0], v4[1]) is (169, 254) or (192, 168) || (v4[0] == 172 && v4[1] is >= 16 and < 32) || (v4[0] == 100 && v4[1] is >= 64 and < 128);
            byte[][] disguises =
            [
                [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, .. v4], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. v4], [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, .. v4],
                [0x20, 0x02, .. v4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0x20, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. v4], [0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, .. v4],
            ];
            return !(inner && AddressRules.Allows(new IPAddress(v4), EgressReach.PublicOnly, true))
                && disguises.All(d => !AddressRules.Allows(new IPAddress(d), EgressReach.PublicOnly, true));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }
}

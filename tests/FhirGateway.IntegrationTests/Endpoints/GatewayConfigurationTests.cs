using FhirGateway.Host;
using Microsoft.Extensions.Options;

namespace FhirGateway.IntegrationTests.Endpoints;

public sealed class GatewayConfigurationTests
{
    [Fact]
    public void The_defaults_are_good_and_stay_on_loopback()
    {
        var options = Read([]);
        Assert.Equal(("127.0.0.1:8080", "127.0.0.1:2575"), (options.Http.Address, options.Mllp.Address));
    }

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read(new()
        {
            ["Gateway:Http:Address"] = "0.0.0.0:8080",
            ["Gateway:Mllp:Address"] = "10.0.0.1:2575",
            ["Gateway:Otlp:Endpoint"] = "collector",
            ["Gateway:Http:MostUploadBytes"] = "5",
            ["Gateway:DataDirectory"] = "",
        }));
        foreach (var key in (string[])["Gateway:Http:Address", "AllowInsecureBind", "PublicUrl", "Gateway:Mllp:Address", "Otlp:Endpoint", "MostUploadBytes", "DataDirectory"])
            Assert.Contains(fault.Failures, f => f.Contains(key, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Gateway:Mllp:TlsAddress", "nonsense")]
    [InlineData("Gateway:Mllp:TlsAddress", "127.0.0.1:2575")]
    [InlineData("Gateway:Mllp:CertificateFile", null)]
    [InlineData("Gateway:Mllp:CertificateFile", "/nowhere/tls.crt")]
    [InlineData("Gateway:Mllp:KeyFile", "/nowhere/tls.key")]
    [InlineData("Gateway:Mllp:ClientCaFile", "/nowhere/ca.crt")]
    [InlineData("Gateway:Mllp:MostConnections", "0")]
    public void A_fault_of_the_listener_with_TLS_is_named(string key, string? value)
    {
        var file = typeof(GatewayConfigurationTests).Assembly.Location;
        var values = new Dictionary<string, string?> { ["Gateway:Mllp:TlsAddress"] = "0.0.0.0:2576", ["Gateway:Mllp:CertificateFile"] = file };
        Assert.Equal("0.0.0.0:2576", Read(values, listens: true).Mllp.TlsAddress);
        values[key] = value;
        Assert.Contains(Assert.Throws<OptionsValidationException>(() => Read(values, listens: true)).Failures, f => f.StartsWith(key, StringComparison.Ordinal));
        // A certificate without a listener is a mistake, too.
        values = new() { ["Gateway:Mllp:CertificateFile"] = file };
        Assert.Contains(Assert.Throws<OptionsValidationException>(() => Read(values, listens: true)).Failures, f => f.StartsWith("Gateway:Mllp:CertificateFile", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0.0.0.0:2576")]
    public void The_files_of_the_listener_are_no_concern_of_a_process_that_does_not_listen(string? address)
    {
        var values = new Dictionary<string, string?> { ["Gateway:Mllp:TlsAddress"] = address, ["Gateway:Mllp:CertificateFile"] = "/nowhere/tls.crt", ["Gateway:Mllp:KeyFile"] = "/nowhere/tls.key" };
        Assert.Equal(address, Read(values).Mllp.TlsAddress);
    }

    [Theory]
    [InlineData("8080")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("example.org:80")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("http://127.0.0.1:80")]
    public void What_is_no_address_is_named(string address) =>
        Assert.Contains("Gateway:Http:Address", Assert.Throws<OptionsValidationException>(() => Read(new() { ["Gateway:Http:Address"] = address })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("localhost:0", null, false)]
    [InlineData("[::1]:8080", null, false)]
    [InlineData("0.0.0.0:8080", "https://gateway.example", true)]
    public void An_address_that_can_be_meant_is_taken(string address, string? url, bool insecure) =>
        Assert.Equal(address, Read(new() { ["Gateway:Http:Address"] = address, ["Gateway:Http:PublicUrl"] = url, ["Gateway:Http:AllowInsecureBind"] = insecure.ToString() }).Http.Address);

    [Fact]
    public void A_value_of_the_wrong_kind_is_a_fault_like_any_other() =>
        Assert.Throws<OptionsValidationException>(() => Read(new() { ["Gateway:Http:AllowInsecureBind"] = "maybe" }));

    [Fact]
    public void The_external_issuer_is_off_until_its_tenant_is_named_and_read_from_a_section_of_its_own()
    {
        Assert.False(Read([]).AzureAd.IsOn);
        Assert.False(Read(new() { ["Gateway:AzureAd:TenantId"] = Tenant, ["AzureAd:ClientId"] = "x" }).AzureAd.IsOn);
        var on = Read(new() { ["AzureAd:TenantId"] = Tenant, ["AzureAd:ClientId"] = Tenant, ["AzureAd:Instance"] = "https://login.microsoftonline.us", ["AzureAd:Audience"] = "api://gateway" });
        Assert.True(on.AzureAd.IsOn);
        Assert.Equal(("https://login.microsoftonline.us", "api://gateway"), (on.AzureAd.Instance, on.AzureAd.Audience));
    }

    [Theory]
    [InlineData("AzureAd:TenantId", "common")]
    [InlineData("AzureAd:TenantId", "organizations")]
    [InlineData("AzureAd:TenantId", "payer.example")]
    [InlineData("AzureAd:ClientId", null)]
    [InlineData("AzureAd:ClientId", "gateway")]
    [InlineData("AzureAd:Audience", " ")]
    [InlineData("AzureAd:Instance", "http://127.0.0.1:1")]
    [InlineData("AzureAd:Instance", "login.microsoftonline.com")]
    [InlineData("AzureAd:Instance", "https://user@login.microsoftonline.com")]
    [InlineData("AzureAd:AllowedOrigin", "http://127.0.0.1:1")]
    [InlineData("AzureAd:AllowedOrigin", "login.microsoftonline.com")]
    public void An_external_issuer_that_cannot_be_meant_is_named(string key, string? value)
    {
        var values = new Dictionary<string, string?> { ["AzureAd:TenantId"] = Tenant, ["AzureAd:ClientId"] = Tenant, [key] = value };
        Assert.Contains(Assert.Throws<OptionsValidationException>(() => Read(values)).Failures, f => f.StartsWith(key + ":", StringComparison.Ordinal));
    }

    private const string Tenant = "11111111-1111-4111-8111-111111111111";

    private static GatewayOptions Read(Dictionary<string, string?> values, bool listens = false) => GatewayConfiguration.Read(GatewayConfiguration.Load(values), listens);
}

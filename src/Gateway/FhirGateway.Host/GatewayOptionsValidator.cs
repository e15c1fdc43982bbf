using System.ComponentModel.DataAnnotations;
using System.Net;
using FhirGateway.Adapters.Egress;
using FhirGateway.Host.Security;
using Microsoft.Extensions.Options;

namespace FhirGateway.Host;

/// <summary>All faults of the configuration at once, each with its key and what to do.</summary>
public sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var faults = new List<string>();
        Annotations(options, GatewayOptions.Section, faults);
        Annotations(options.Http, "Gateway:Http", faults);
        Annotations(options.Mllp, "Gateway:Mllp", faults);
        Annotations(options.Feeds, "Gateway:Feeds", faults);
        var http = Address("Gateway:Http:Address", options.Http.Address, faults);
        var mllp = Address("Gateway:Mllp:Address", options.Mllp.Address, faults);
        Http(options.Http, http, faults);
        if (mllp is not null && !IPAddress.IsLoopback(mllp.Address))
            faults.Add("Gateway:Mllp:Address: plain MLLP is for loopback only; use 127.0.0.1 or [::1], and Gateway:Mllp:TlsAddress for senders elsewhere");
        MllpTls(options.Mllp, [http, mllp], faults);
        if (http is not null && http.Equals(mllp) && http.Port != 0)
            faults.Add("Gateway:Http:Address and Gateway:Mllp:Address are the same");
        if (options.Otlp.Endpoint is { } otlp && WebUrl(otlp) is null)
            faults.Add("Gateway:Otlp:Endpoint: not an absolute http or https URL");
        if (options.Audit.CheckpointPath is { } path && string.IsNullOrWhiteSpace(path))
            faults.Add("Gateway:Audit:CheckpointPath: empty; leave it out for the default");
        if (options.Packages.Registry is { } registry && WebUrl(registry) is null)
            faults.Add("Gateway:Packages:Registry: not an absolute http or https URL");
        if (options.Packages.AllowedOrigins is { } origins && origins.Split(',').FirstOrDefault(o => WebUrl(o.Trim()) is not { AbsolutePath: "/", Query: "", UserInfo: "" }) is not null)
            faults.Add("Gateway:Packages:AllowedOrigins: not origins such as https://archives.example, separated by commas");
        if (options.Packages.CacheFolder is { } cache && string.IsNullOrWhiteSpace(cache))
            faults.Add("Gateway:Packages:CacheFolder: empty; leave it out for the default");
        if (options.AzureAd.IsOn)
            ExternalIssuer(options.AzureAd, faults);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>HOST:PORT with an IP address or localhost; null where it is none.</summary>
    public static IPEndPoint? ParseAddress(string? text)
    {
        if (text is null)
            return null;
        if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase))
            text = "127.0.0.1" + text["localhost".Length..];
        // Without the colon an address would be taken with port 0.
        var hasPort = text.LastIndexOf(':') > text.LastIndexOf(']') && (text[0] == '[' || text.IndexOf(':', StringComparison.Ordinal) == text.LastIndexOf(':'));
        return hasPort && IPEndPoint.TryParse(text, out var address) ? address : null;
    }

    private static void Http(GatewayOptions.HttpSettings http, IPEndPoint? address, List<string> faults)
    {
        var publicUrl = http.PublicUrl is null ? null : WebUrl(http.PublicUrl);
        if (http.PublicUrl is not null && (publicUrl is null || publicUrl.UserInfo.Length > 0 || publicUrl.Query.Length > 0 || publicUrl.Fragment.Length > 0))
            faults.Add("Gateway:Http:PublicUrl: not an absolute http or https URL without user, query and fragment");
        if (address is null || IPAddress.IsLoopback(address.Address))
            return;
        if (!http.AllowInsecureBind)
            faults.Add("Gateway:Http:Address: plain HTTP beyond loopback; bind to 127.0.0.1 behind a TLS proxy, or set Gateway:Http:AllowInsecureBind to true if the network is trusted");
        if (http.PublicUrl is null)
            faults.Add("Gateway:Http:PublicUrl: needed beyond loopback: the URL that clients sign as the audience of their assertions");
    }

    private static void MllpTls(GatewayOptions.MllpSettings mllp, IPEndPoint?[] others, List<string> faults)
    {
        var address = Address("Gateway:Mllp:TlsAddress", mllp.TlsAddress, faults);
        if (mllp.TlsAddress is { } text && string.IsNullOrWhiteSpace(text))
            faults.Add("Gateway:Mllp:TlsAddress: empty; leave it out for no listener with TLS");
        if (address is { Port: not 0 } && others.Contains(address))
            faults.Add("Gateway:Mllp:TlsAddress is the address of another listener");
        if (mllp.TlsAddress is not null && mllp.CertificateFile is null)
            faults.Add("Gateway:Mllp:CertificateFile: needed with Gateway:Mllp:TlsAddress: the listener's own certificate, PEM or PKCS #12");
    }

    /// <summary>
    /// What is wrong with the files of the listener with TLS. For the process that listens only: where the address comes from its command
    /// line, or its files are nobody else's to read, other processes with the same environment go on.
    /// </summary>
    public static IReadOnlyList<string> FaultsOfFiles(GatewayOptions.MllpSettings mllp)
    {
        var faults = new List<string>();
        foreach (var (key, path) in new[]
        {
            ("CertificateFile", mllp.CertificateFile), ("KeyFile", mllp.KeyFile), ("PasswordFile", mllp.PasswordFile), ("ClientCaFile", mllp.ClientCaFile),
        })
        {
            if (path is null)
                continue;
            if (mllp.TlsAddress is null)
                faults.Add($"Gateway:Mllp:{key}: without effect, because Gateway:Mllp:TlsAddress is not set");
            else if (!File.Exists(path))
                faults.Add($"Gateway:Mllp:{key}: there is no file {path}");
        }

        return faults;
    }

    private static void ExternalIssuer(ExternalIssuerOptions external, List<string> faults)
    {
        if (!Guid.TryParseExact(external.TenantId, "D", out _))
            faults.Add("AzureAd:TenantId: not the GUID of one tenant; common, organizations and domain names are not taken");
        if (!Guid.TryParseExact(external.ClientId, "D", out _))
            faults.Add("AzureAd:ClientId: needed with AzureAd:TenantId: the application id (a GUID) of the gateway's registration");
        if (external.Audience is { } audience && string.IsNullOrWhiteSpace(audience))
            faults.Add("AzureAd:Audience: empty; leave it out for the application id");
        if (!EgressUrl.TryRead(external.Instance, out var instance, out var fault) || instance.Query.Length > 0)
            faults.Add($"AzureAd:Instance: {fault ?? "holds a query"}; write https://login.microsoftonline.com/ or your cloud's");
        else if (external.AllowedOrigin is { } allowed && !(EgressOrigin.TryParse(allowed, out var origin) && origin.IsOf(instance)))
            faults.Add("AzureAd:AllowedOrigin: not the origin of AzureAd:Instance; write scheme://host:port");
        else if (external.AllowedOrigin is null && instance.Scheme != Uri.UriSchemeHttps)
            faults.Add("AzureAd:Instance: plain HTTP; use https, or name its origin in AzureAd:AllowedOrigin");
    }

    private static IPEndPoint? Address(string key, string? text, List<string> faults)
    {
        var address = ParseAddress(text);
        if (address is null && !string.IsNullOrEmpty(text))
            faults.Add($"{key}: not HOST:PORT with an IP address or localhost, such as 127.0.0.1:8080 or [::1]:8080");
        return address;
    }

    private static Uri? WebUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static void Annotations(object section, string path, List<string> faults)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(section, new ValidationContext(section), results, validateAllProperties: true);
        faults.AddRange(results.Select(r => $"{path}:{r.MemberNames.FirstOrDefault()}: {r.ErrorMessage}"));
    }
}

using System.Net;
using FhirGateway.Adapters.Identity;
using FhirGateway.Host.Endpoints;
using FhirGateway.Host.Security;
using FhirGateway.Host.Telemetry;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FhirGateway.Host;

/// <summary>The HTTP side of one gateway over an engine that runs.</summary>
public static class GatewayServer
{
    private const int MostHeaderBytes = 32 * 1024;
    private const int MostBodyBytes = 64 * 1024;

    /// <summary>Builds the server; the caller starts, stops and disposes it, and disposes the key and the engine after it.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="engine">Runs already.</param>
    /// <param name="key">Signs access tokens.</param>
    /// <param name="clients">Loaded already.</param>
    /// <param name="isReady">Whether all other ways in accept: MLLP.</param>
    /// <param name="logs">Where the log goes.</param>
    public static WebApplication Build(
        GatewayOptions options, Engine engine, TokenKey key, ClientDirectory clients, Func<bool> isReady, ILoggerFactory logs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => Configure(k, options.Http));
        var services = builder.Services;
        services.AddSingleton(logs).AddSingleton(options).AddSingleton(engine).AddSingleton(engine.Clock).AddSingleton(engine.Store)
            .AddSingleton(engine.Organizations).AddSingleton(clients).AddSingleton(key);
        services.AddSingleton<AccessTokens>().AddSingleton<TokenRequests>().AddSingleton<ClientRegistration>()
            .AddSingleton<GatewayUrls>().AddSingleton<Uploads>().AddSingleton<PartialUploads>().AddSingleton<StatusPolls>();
        services.AddHostedService<UploadSweep>();
        services.AddSingleton<RefusalLog>().AddHostedService(s => s.GetRequiredService<RefusalLog>());
        if (options.Otlp.Endpoint is { } endpoint)
            services.AddHostedService(_ => new OtlpExport(new Uri(endpoint)));
        services.AddRoutingCore();
        services.AddAccess(options.AzureAd);
        var app = builder.Build();
        var refusals = app.Services.GetRequiredService<RefusalLog>();
        engine.MessageIntake.OnRefused = (origin, reason) => refusals.Note(origin.Client ?? origin.Sender, origin.Route, reason);
        app.UseMiddleware<FaultAnswers>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth(() => isReady() && !engine.Failed.IsCompleted);
        app.MapToken();
        app.MapFhir();
        app.MapStreams();
        app.MapIntake(options);
        app.MapParts(options);
        app.MapTables(options);
        app.MapHl7v2(options);
        app.MapFhirMessages(options);
        app.MapSubmit();
        app.MapSubmitStatus();
        app.MapAdmin();
        app.MapSubmissions();
        app.MapFallback("{**path}", static http =>
        {
            Refusals.Note(http, "unknown-route");
            return Outcomes.NotFound().ExecuteAsync(http);
        }).AllowAnonymous();
        return app;
    }

    /// <summary>Where a started server listens; its port is real where the configuration said 0.</summary>
    public static Uri AddressOf(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        return new Uri(addresses.Addresses.First());
    }

    private static void Configure(KestrelServerOptions kestrel, GatewayOptions.HttpSettings http)
    {
        var address = GatewayOptionsValidator.ParseAddress(http.Address) ?? throw new ArgumentException($"Not HOST:PORT: {http.Address}", nameof(http));
        if (!IPAddress.IsLoopback(address.Address) && !http.AllowInsecureBind)
            throw new ArgumentException("Plain HTTP beyond loopback needs Gateway:Http:AllowInsecureBind", nameof(http));
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestHeadersTotalSize = MostHeaderBytes;
        kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = 4096;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
        // HTTP/2 comes with TLS: without ALPN one port cannot offer both.
        kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
    }
}

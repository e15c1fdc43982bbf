using System.Diagnostics;
using System.Text.RegularExpressions;
using FhirGateway.Tests.Architecture;

namespace FhirGateway.Tests.Deploy;

/// <summary>The chart lints, renders, and renders what a hardened cluster asks for.</summary>
public sealed class HelmChartTests
{
    private static readonly string Chart = Path.Combine(Repository.Root, "deploy", "helm", "fhir-gateway");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chart_lints()
    {
        var (code, output) = await HelmAsync("lint", "--strict", Chart);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Defaults_render_one_hardened_owner_of_the_data_directory()
    {
        var set = await RenderAsync("StatefulSet");
        foreach (var line in new[]
                 {
                     "replicas: 1", "automountServiceAccountToken: false", "runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false",
                     "privileged: false", "drop: [ALL]", "type: RuntimeDefault", "path: /health/live", "path: /health/ready", "terminationGracePeriodSeconds: 40",
                     "whenDeleted: Retain", "mountPath: /data", "storage: 20Gi", "enableServiceLinks: false",
                 })
            Assert.Contains(line, set, StringComparison.Ordinal);
        Assert.Matches(@"resources:\s+limits:\s+cpu: ""?2""?\s+ephemeral-storage: 256Mi\s+memory: 1Gi\s+requests:", set);
        Assert.Matches(@"image: \S+:0\.1\.0\s", set);
        Assert.DoesNotContain("mllp", set, StringComparison.Ordinal);
        Assert.DoesNotContain("secretKeyRef", set, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Network_policy_denies_both_ways_and_never_lets_metadata_services_be_reached()
    {
        var policy = await RenderAsync("NetworkPolicy");
        Assert.Contains("policyTypes: [Ingress, Egress]", policy, StringComparison.Ordinal);
        Assert.Contains("ingress: []", policy, StringComparison.Ordinal);
        Assert.Matches(@"cidr: 0\.0\.0\.0/0\s+except:\s+- 169\.254\.0\.0/16\s+- 168\.63\.129\.16/32", policy);
        Assert.Single(Regex.Matches(policy, "cidr:", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Secrets_go_in_by_reference_only()
    {
        var set = await RenderAsync(
            "StatefulSet",
            "--set", "secretConfig[0].name=Gateway__Kafka__Properties__sasl.password,secretConfig[0].secret=kafka,secretConfig[0].key=password".Replace(".password,", "\\.password,", StringComparison.Ordinal),
            "--set", "secretFiles[0].name=tls,secretFiles[0].secret=gateway-tls", "--set", "mllp.enabled=true");
        Assert.Matches(@"secretKeyRef:\s+name: kafka\s+key: password", set);
        Assert.Matches(@"mountPath: /etc/fhir-gateway/tls\s+readOnly: true", set);
        Assert.Matches(@"- --mllp-tls\s+- 0\.0\.0\.0:2576", set);
        Assert.DoesNotContain("kind: Secret", (await HelmAsync("template", "r", Chart)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_tagged_latest_is_refused_and_a_digest_is_taken()
    {
        var (code, output) = await HelmAsync("template", "r", Chart, "--set", "image.tag=latest");
        Assert.NotEqual(0, code);
        Assert.Contains("image.tag must be a version, not latest", output, StringComparison.Ordinal);
        Assert.Contains("fhir-gateway@sha256:abc", await RenderAsync("StatefulSet", "--set", "image.digest=sha256:abc"), StringComparison.Ordinal);
    }

    private static async Task<string> RenderAsync(string kind, params string[] arguments)
    {
        var (code, output) = await HelmAsync(["template", "r", Chart, .. arguments]);
        Assert.True(code == 0, output);
        return Assert.Single(output.Split("\n---"), d => d.Contains($"\nkind: {kind}\n", StringComparison.Ordinal));
    }

    private static async Task<(int ExitCode, string Output)> HelmAsync(params string[] arguments)
    {
        var helm = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(f => Path.Combine(f, "helm"))
            .Append(Path.Combine(Repository.Root, ".artifacts", "helm", "helm")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(helm is null, "helm is absent: run eng/helm.sh");
        var home = Directory.CreateTempSubdirectory("helm-");
        try
        {
            var start = new ProcessStartInfo(helm!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            start.Environment["HOME"] = home.FullName;
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(Cancel);
            var errors = process.StandardError.ReadToEndAsync(Cancel);
            await process.WaitForExitAsync(Cancel);
            return (process.ExitCode, await output + await errors);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}

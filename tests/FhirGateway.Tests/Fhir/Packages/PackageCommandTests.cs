using FhirGateway.Host.Commands;

namespace FhirGateway.Tests.Fhir.Packages;

public sealed class PackageCommandTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("package-verb-");

    [Fact]
    public async Task A_file_is_added_and_listed_and_what_it_lacks_is_a_warning()
    {
        Write("small.tgz", SyntheticPackage.Small("example.small", "1.0.0", "\"hl7.fhir.r4.core\":\"4.0.1\",\"example.absent\":\"1.0.0\""));
        var (exit, output, error) = await RunAsync("package", "add", "small.tgz", "--cache", "none");
        Assert.Equal(0, exit);
        Assert.Equal("id\tversion\tprofiles\ttypes\tvalue-sets\tcode-systems\nexample.small\t1.0.0\t3\t4\t1\t1\n", output);
        Assert.Equal("warning: Package example.absent#1.0.0 is not there; example.small#1.0.0 asks for it: what needs it is not checked\n", error);
        Assert.True(File.Exists(Path.Combine(root.FullName, "data", "packages", "example.small#1.0.0.tgz")));
        Assert.Equal((0, output, ""), await RunAsync("package", "list"));
    }

    [Fact]
    public async Task By_name_it_comes_from_the_shared_cache()
    {
        foreach (var (entry, content) in SyntheticPackage.Small("example.small", "1.2.0").Entries)
        {
            var path = Path.Combine(root.FullName, "cache", "example.small#1.2.0", entry);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);
        }
        Assert.Equal(0, (await RunAsync("package", "add", "example.small@1.x", "--cache", "cache")).Exit);
        var (exit, _, error) = await RunAsync("package", "add", "example.small@1.2.0", "--cache", "none");
        Assert.Equal((0, "example.small#1.2.0 is there already.\n"), (exit, error));
    }

    [Fact]
    public async Task By_name_it_comes_from_the_registry_that_is_named()
    {
        await using var registry = new LoopbackRegistry();
        await registry.StartAsync();
        registry.Publish("1.1.0", "1.0.0");
        var (exit, output, error) = await RunAsync("package", "add", "example.small", "--cache", "none", "--registry", registry.Root.AbsoluteUri, "--allow", registry.Origin);
        Assert.True(exit == 0, error);
        Assert.Contains("example.small\t1.1.0\t", output, StringComparison.Ordinal);
        (exit, output, error) = await RunAsync("package", "add", "example.small@1.0.0", "--cache", "none", "--registry", registry.Root.AbsoluteUri);
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains("which is not allowed", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_added_says_why_and_leaves_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(root.FullName, "broken.tgz"), "no archive", TestContext.Current.CancellationToken);
        foreach (var (what, why) in new[]
        {
            ("broken.tgz", "broken.tgz is no gzip file"), ("missing.tgz", "there is no such file"), ("example.small@1.0.0", "name its .tgz file, or a registry with --registry"), ("../x@1", "no NAME@VERSION"),
        })
        {
            var (exit, output, error) = await RunAsync("package", "add", what, "--cache", "none");
            Assert.Equal((2, ""), (exit, output));
            Assert.Contains(why, error, StringComparison.Ordinal);
        }
        Assert.Equal("id\tversion\tprofiles\ttypes\tvalue-sets\tcode-systems\n", (await RunAsync("package", "list")).Output);
    }

    public void Dispose() => root.Delete(recursive: true);

    private void Write(string name, SyntheticPackage package)
    {
        using var archive = package.Archive();
        File.WriteAllBytes(Path.Combine(root.FullName, name), archive.ToArray());
    }

    private async Task<(int Exit, string Output, string Error)> RunAsync(params string[] args)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        string[] all = [.. args, "--data", Path.Combine(root.FullName, "data")];
        var session = new Session { Args = all, WorkingDirectory = root.FullName, Output = output, Error = error };
        var exit = await CommandLine.RunAsync(all, session, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}

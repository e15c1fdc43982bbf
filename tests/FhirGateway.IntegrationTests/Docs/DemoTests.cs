using FhirGateway.Simulation.Checks;

namespace FhirGateway.IntegrationTests.Docs;

/// <summary><c>./gateway demo</c>, smaller and shorter than the README shows it.</summary>
public sealed class DemoTests : IDisposable
{
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gateway-demo-");

    public static TheoryData<string> Saboteurs() => [.. Enum.GetNames<Sabotage>().Where(n => n != nameof(Sabotage.None))];

    [Fact]
    public async Task Everything_arrives_where_it_belongs_and_the_table_has_the_lines_that_the_README_shows()
    {
        var (exit, output, error) = await RunAsync();
        Assert.True(exit == 0, $"exit {exit}\n{error}\n{output}");
        Assert.Contains("Every required event arrived", output, StringComparison.Ordinal);
        var shown = await File.ReadAllTextAsync(Path.Combine(BuiltGateway.Repository, "README.md"), TestContext.Current.CancellationToken);
        Assert.Equal(Stages(output), Stages(shown));
        Assert.Empty(folder.GetFileSystemInfos());
    }

    [Theory]
    [MemberData(nameof(Saboteurs))]
    public async Task A_saboteur_is_caught(string sabotage)
    {
        var (exit, output, error) = await RunAsync("--sabotage", sabotage);
        Assert.True(exit == 1, $"exit {exit}\n{error}\n{output}");
        Assert.Contains("NOT as expected", output, StringComparison.Ordinal);
        Assert.Contains("data directory is kept", error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Task<(int Exit, string Output, string Error)> RunAsync(params string[] more) =>
        BuiltGateway.RunAsync(folder.FullName, MostTime, ["demo", "--people", "60", "--seconds", "5", .. more]);

    /// <summary>The first column of the table. A small world may have nothing to hold.</summary>
    private static List<string> Stages(string text) =>
        [.. text.Split('\n').Where(l => l.StartsWith('│')).Select(l => l.Split('│')[1].Trim()).Where(s => s.Length > 0 && s != "held").Distinct()];
}

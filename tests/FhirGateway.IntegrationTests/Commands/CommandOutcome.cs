using System.Text.Json;

namespace FhirGateway.IntegrationTests.Commands;

/// <summary>What a command left: exit code, standard output and standard error.</summary>
public sealed record CommandOutcome(int Exit, string Output, string Error)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);

    public IReadOnlyList<JsonElement> Lines =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];

    public CommandOutcome Expect(int exit)
    {
        Assert.True(Exit == exit, $"exit {Exit}, not {exit}\n{Error}\n{Output}");
        return this;
    }
}

using System.Text.Json;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>What a verb left: exit code, standard output and standard error.</summary>
public sealed record VerbOutcome(string Verb, int Exit, string Output, string Error)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);

    public VerbOutcome Expect(int exit)
    {
        Assert.True(Exit == exit, $"{Verb}: exit {Exit}, not {exit}\n{Error}\n{Output}");
        return this;
    }
}

using FhirGateway.Attributions;
using FhirGateway.Contracts;
using FhirGateway.Normalization;

namespace FhirGateway.Tests.Processing;

/// <summary>What findings of validation do to what a source sends: by default nothing, and to an alert never anything.</summary>
public sealed class ProfilePolicyTests
{
    private const string Patient = """{"resourceType":"Patient","id":"m1","identifier":[{"system":"urn:a","value":"m1"}],"name":[{"family":"Doe"}],"gender":"female","birthDate":"1970-01-01"}""";

    /// <summary>No code, and a status that there is not.</summary>
    private const string Broken = """{"resourceType":"Observation","id":"o1","status":"finished","subject":{"reference":"Patient/m1"},"effectiveDateTime":"2026-02-01"}""";

    [Fact]
    public async Task A_profile_error_passes_and_is_counted()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.RosterAsync(new() { Confirmed = true }, TestGateway.Row("m1"));
        var submission = await gateway.ImportAsync(gateway.Payer, Patient, Broken);
        Assert.Equal((2, 0), (submission.Counts.Lines, submission.Counts.Held));
        Assert.InRange(submission.Counts.WithIssues, 1, 2);
        Assert.InRange(submission.Counts.Findings["error cardinality-min"], 1, 10);
        Assert.Contains(await gateway.ReadAsync("clinical"), e => e.GetProperty("data").GetProperty("resourceType").GetString() == "Observation");
    }

    [Fact]
    public async Task Where_a_source_is_set_to_it_a_bulk_resource_with_an_error_is_held_and_says_which()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.Engine.Registry.SaveAsync(gateway.Payer with { HoldsProfileErrors = true }, "test", default);
        var submission = await gateway.ImportAsync(gateway.Payer, Patient, Broken);
        Assert.Equal(1, submission.Counts.HeldByReason[ReasonCodes.ProfileError]);
        var held = Assert.Single(gateway.Engine.Reader.HeldOf(submission.Entry, 10));
        Assert.Contains(" at Observation", held.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("finished", held.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_with_a_profile_error_goes_out_whatever_its_source_is_set_to()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.Engine.Registry.SaveAsync(gateway.Hospital with { HoldsProfileErrors = true, Profiles = ["us-core@3.1.1", "no-such-package@1.0.0"] }, "test", default);
        await gateway.Engine.Rosters.LoadPanelAsync(
            gateway.Aco, "test",
            [
                new RosterRow
                {
                    Line = 2, Key = "p1",
                    Facts = new PatientFacts { Family = "Moore", Given = "Ada", BirthDate = new DateOnly(1950, 5, 17), Sex = "female", PostalCode = "80202" },
                },
            ], [], 365, default);
        Assert.Contains("MSA|AA|C1", await gateway.AdtAsync(TestGateway.Adt("A01", "C1", "20260615080000-0500")), StringComparison.Ordinal);
        await gateway.DrainAsync();
        Assert.Contains(await gateway.ReadAsync("adt"), e => e.GetProperty("type").GetString() == "adt.admit");
    }

    [Fact]
    public async Task The_settings_of_a_source_survive_a_restart()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.Engine.Registry.SaveAsync(
            gateway.Payer with { HoldsProfileErrors = true, Profiles = ["us-core@3.1.1"], MemberSystem = "urn:acme:members" }, "test", default);
        await gateway.RestartAsync();
        Assert.Equal((true, "us-core@3.1.1", "urn:acme:members"), (gateway.Payer.HoldsProfileErrors, Assert.Single(gateway.Payer.Profiles), gateway.Payer.MemberSystem));
        var submission = await gateway.ImportAsync(
            gateway.Payer, Patient.Replace("\"system\":\"urn:a\"", "\"type\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/v2/0203\",\"code\":\"MB\"}]}", StringComparison.Ordinal));
        Assert.Equal(1, submission.Counts.Stored);
    }
}

using System.Text.Json;
using FhirGateway.Organizations;
using FhirGateway.Submissions;
using FhirGateway.Tests.Processing;

namespace FhirGateway.Tests.Claims;

/// <summary>A payer of one claim profile and a participant that keeps books by the rule of the guide: the last event of each resource counts.</summary>
internal sealed class ClaimRig : IAsyncDisposable
{
    private readonly TestGateway gateway;

    private ClaimRig(TestGateway gateway) => this.gateway = gateway;

    public TestGateway Gateway => gateway;

    public static async Task<ClaimRig> StartAsync(string profile, params string[] keys)
    {
        var started = await TestGateway.StartAsync();
        await started.Engine.Registry.SaveAsync(
            new Source { Id = "payer-a", Kind = SourceKind.Payer, Claims = new ClaimSettings { Profile = profile, Keys = [.. keys] } }, "test", default);
        await started.RosterAsync(new(), TestGateway.Row("m1"));
        await started.ImportAsync(started.Payer, TestGateway.Patient("m1"));
        return new ClaimRig(started);
    }

    public async Task<SubmissionCounts> TakeAsync(params EobText[] eobs)
    {
        var submission = await gateway.ImportAsync(gateway.Payer, [.. eobs.Select(e => e.ToString())]);
        Assert.Empty(gateway.Engine.Reader.HeldOf(submission.Entry, 10).Select(h => $"{h.Line}: {h.Reason} {h.Detail}"));
        return submission.Counts;
    }

    /// <summary>What the participant holds: the last entry of each resource, by the id that the source gave it.</summary>
    public async Task<Dictionary<string, JsonElement>> HoldsAsync()
    {
        var held = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var entry in await gateway.ReadAsync("claims"))
        {
            if (entry.TryGetProperty("withdrawn", out _))
                continue;
            if (entry.GetProperty("type").GetString() is "claims.withdrawn" or "claims.preauthorization")
                Drop(held, entry.GetProperty("data").GetProperty("id").GetString()!);
            else if (entry.GetProperty("type").GetString() == "claims.eob")
                held[SourceId(entry)] = entry;
        }

        return held;
    }

    /// <summary>At no sequence may a reader hold two versions of one claim of which each counts.</summary>
    public async Task AssertNeverTwoAtOnceAsync()
    {
        var current = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in await gateway.ReadAsync("claims"))
        {
            if (entry.GetProperty("type").GetString() != "claims.eob" || entry.TryGetProperty("withdrawn", out _))
                continue;
            var (resource, lineage) = (entry.GetProperty("data").GetProperty("id").GetString()!, Lineage(entry));
            foreach (var left in current.Where(c => c.Value == resource).Select(c => c.Key).ToList())
                current.Remove(left);
            if (Current(entry))
                Assert.True(current.TryAdd(lineage, resource), $"sequence {entry.GetProperty("sequence")} counts beside another version");
        }
    }

    private static void Drop(Dictionary<string, JsonElement> held, string id)
    {
        foreach (var key in held.Where(h => h.Value.GetProperty("data").GetProperty("id").GetString() == id).Select(h => h.Key).ToList())
            held.Remove(key);
    }

    public async Task<decimal> PaidAsync() => (await HoldsAsync()).Values.Where(Current).Sum(Amount);

    /// <summary>Expected: partial versions of claims that no decided version is known of.</summary>
    public async Task<decimal> PendingAsync()
    {
        var held = (await HoldsAsync()).Values.ToList();
        var decided = held.Where(e => State(e) != "partial").Select(Lineage).ToHashSet();
        return held.Where(e => State(e) == "partial" && !decided.Contains(Lineage(e))).Sum(Amount);
    }

    public static string SourceId(JsonElement entry) => entry.GetProperty("data").GetProperty("identifier").EnumerateArray()
        .First(i => i.TryGetProperty("system", out var s) && s.GetString() == "urn:fhir-gateway:source-id:payer-a").GetProperty("value").GetString()!;

    public static bool Current(JsonElement entry) => entry.GetProperty("claim").GetProperty("current").GetBoolean();

    public static string State(JsonElement entry) => entry.GetProperty("claim").GetProperty("state").GetString()!;

    public static string Lineage(JsonElement entry) => entry.GetProperty("claim").GetProperty("lineage").GetString()!;

    public static bool Open(JsonElement entry) => entry.GetProperty("claim").TryGetProperty("open", out var open) && open.GetBoolean();

    public static decimal Amount(JsonElement entry) => entry.GetProperty("data").GetProperty("payment").GetProperty("amount").GetProperty("value").GetDecimal();

    public ValueTask DisposeAsync() => gateway.DisposeAsync();
}

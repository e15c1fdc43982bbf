using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FhirGateway.Simulation.Http;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>
/// <c>Group/$provider-member-match</c> of Da Vinci PDex 2.x: which of a provider's patients are members, which are not, and whose
/// opt-out forbids it. Who matched becomes a Group for <c>$davinci-data-export</c>.
/// </summary>
internal sealed class MemberMatchDesk(PayerServer payer, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, bool> optedOut = new(StringComparer.Ordinal);
    private int groups;

    public void OptOut(string patient) => optedOut[patient] = true;

    public async Task AnswerAsync(HttpExchange exchange, CancellationToken cancellationToken)
    {
        List<Asked> asked;
        try
        {
            using var document = JsonDocument.Parse(exchange.Request.Body);
            asked = [.. document.RootElement.GetProperty("parameter").EnumerateArray().Where(p => p.GetProperty("name").GetString() == "MemberBundle").Select(Read)];
            if (asked.Count == 0)
                throw new FormatException("no MemberBundle");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            await PayerServer.OutcomeAsync(exchange, 422, "invalid", e.Message, cancellationToken);
            return;
        }

        var id = "match-" + Interlocked.Increment(ref groups).ToString(CultureInfo.InvariantCulture);
        var found = asked.Select(a => (Asked: a, Members: payer.Holdings.Find(a.Family, a.BirthDate))).ToList();
        var matched = found.Where(f => f.Members.Length == 1 && !optedOut.ContainsKey(f.Members[0])).ToList();
        var constrained = found.Where(f => f.Members.Length == 1 && optedOut.ContainsKey(f.Members[0])).ToList();
        var none = found.Where(f => f.Members.Length != 1).ToList();
        payer.Holdings.SetGroup(id, matched.Select(m => m.Members[0]));
        var parts = new List<(string Name, JsonObject Group)> { ("MatchedMembers", Group(id, "match", matched.Select(m => ((string?)("Patient/" + m.Members[0]), m.Asked)))) };
        if (none.Count > 0)
            parts.Add(("NonMatchedMembers", Group(id + "-none", "nomatch", none.Select(n => ((string?)null, n.Asked)))));
        if (constrained.Count > 0)
            parts.Add(("ConsentConstrainedMembers", Group(id + "-constrained", "consentconstraint", constrained.Select(c => ((string?)null, c.Asked)))));
        if (payer.Options.MatchesLater)
        {
            var lines = parts.Select(p => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(p.Group.ToJsonString()));
            var request = new ExportRequest { Url = payer.FhirUrl + "/Group/$provider-member-match", Parameters = [] };
            var job = payer.Exports.Add(request, [JobFiles.File("Group.ndjson", "output", "Group", lines)]);
            await exchange.AnswerAsync(202, cancellationToken, KeyValuePair.Create("Content-Location", payer.Origin + "/jobs/" + job.Id));
            return;
        }

        var answer = new JsonObject
        {
            ["resourceType"] = "Parameters",
            ["parameter"] = new JsonArray([.. parts.Select(p => new JsonObject { ["name"] = p.Name, ["resource"] = p.Group })]),
        };
        await PayerServer.JsonAsync(exchange, 200, answer, "application/fhir+json", cancellationToken);
    }

    private static Asked Read(JsonElement bundle)
    {
        var parts = bundle.GetProperty("part").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!, p => p.GetProperty("resource"), StringComparer.Ordinal);
        if (!parts.TryGetValue("MemberPatient", out var patient) || !parts.ContainsKey("CoverageToMatch"))
            throw new FormatException("a MemberBundle needs MemberPatient and CoverageToMatch");
        // The profile says Consent, the change log TreatmentAttestation.
        if (!parts.TryGetValue("Consent", out var consent) && !parts.TryGetValue("TreatmentAttestation", out consent))
            throw new FormatException("a MemberBundle needs the attestation as Consent");
        if (!consent.TryGetProperty("dateTime", out _) || !consent.TryGetProperty("performer", out var performers) || performers.GetArrayLength() == 0)
            throw new FormatException("the attestation needs dateTime and performer");
        return new Asked(patient.Clone(), patient.GetProperty("name")[0].GetProperty("family").GetString()!, patient.GetProperty("birthDate").GetString()!);
    }

    private JsonObject Group(string id, string code, IEnumerable<(string? Reference, Asked Asked)> members)
    {
        var (contained, list) = (new JsonArray(), new JsonArray());
        foreach (var (reference, asked) in members)
        {
            var number = "p" + contained.Count.ToString(CultureInfo.InvariantCulture);
            var copy = JsonNode.Parse(asked.Patient.GetRawText())!.AsObject();
            copy["id"] = number;
            contained.Add(copy);
            list.Add(new JsonObject
            {
                ["entity"] = new JsonObject
                {
                    ["extension"] = new JsonArray(new JsonObject
                    {
                        ["url"] = "http://hl7.org/fhir/us/davinci-pdex/StructureDefinition/base-ext-match-parameters",
                        ["valueReference"] = new JsonObject { ["reference"] = "#" + number },
                    }),
                    ["reference"] = reference ?? "#" + number,
                },
            });
        }

        var group = new JsonObject
        {
            ["resourceType"] = "Group",
            ["id"] = id,
            ["active"] = true,
            ["type"] = "person",
            ["actual"] = true,
            ["code"] = Result(code),
            ["managingEntity"] = new JsonObject { ["identifier"] = new JsonObject { ["system"] = "http://hl7.org/fhir/sid/us-npi", ["value"] = "9999999999" } },
            ["quantity"] = list.Count,
            ["characteristic"] = new JsonArray(new JsonObject
            {
                ["code"] = Result(code),
                ["valueReference"] = new JsonObject { ["display"] = "who asked" },
                ["exclude"] = false,
                ["period"] = new JsonObject { ["start"] = time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), ["end"] = time.GetUtcNow().AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) },
            }),
        };
        if (list.Count > 0)
        {
            group["contained"] = contained;
            group["member"] = list;
        }

        return group;
    }

    private static JsonObject Result(string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://hl7.org/fhir/us/davinci-pdex/CodeSystem/PdexMultiMemberMatchResultCS", ["code"] = code }) };

    private sealed record Asked(JsonElement Patient, string Family, string BirthDate);
}

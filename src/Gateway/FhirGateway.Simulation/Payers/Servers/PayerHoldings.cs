using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Simulation.Text;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>What a payer holds, and since when; changed while the server runs.</summary>
public sealed class PayerHoldings
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Type, string Id), HeldResource> resources = [];
    private readonly Dictionary<string, ImmutableHashSet<string>> groups = new(StringComparer.Ordinal);

    /// <summary>Takes over what the script of a world says of a payer, as of one moment.</summary>
    public void Load(PayerScript script, DateTimeOffset at)
    {
        var text = new TextBuffer(16 * 1024);
        var writer = new ResourceWriter(script, text);
        foreach (var fact in script.Directory().Concat(script.Patients()).Concat(script.Records()))
        {
            text.Clear();
            writer.Write(fact);
            var line = text.Written[..^1].ToArray();
            lock (gate)
                resources[(fact.Type, script.IdOf(fact))] = new HeldResource { Type = fact.Type, Id = script.IdOf(fact), Patient = fact.Member?.PatientId, UpdatedAt = at, Json = line };
        }
    }

    /// <summary>Adds or changes a resource; <paramref name="json"/> is one line.</summary>
    public void Put(string json, DateTimeOffset at)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var type = root.GetProperty("resourceType").GetString()!;
        var id = root.GetProperty("id").GetString()!;
        lock (gate)
            resources[(type, id)] = new HeldResource { Type = type, Id = id, Patient = type == "Patient" ? id : PatientOf(root), UpdatedAt = at, Json = System.Text.Encoding.UTF8.GetBytes(json) };
    }

    public void Delete(string type, string id, DateTimeOffset at)
    {
        lock (gate)
            resources[(type, id)] = resources[(type, id)] with { UpdatedAt = at, Json = default };
    }

    /// <summary>Says who is in a Group; its members' history is not changed by that.</summary>
    public void SetGroup(string id, IEnumerable<string> patients)
    {
        lock (gate)
            groups[id] = [.. patients];
    }

    public bool HasGroup(string id)
    {
        lock (gate)
            return groups.ContainsKey(id);
    }

    public ImmutableHashSet<string> Group(string id)
    {
        lock (gate)
            return groups[id];
    }

    /// <summary>The patients with that family name and birth date (yyyy-MM-dd), by id.</summary>
    public ImmutableArray<string> Find(string family, string birthDate)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        lock (gate)
            foreach (var patient in resources.Values.Where(r => r is { Type: "Patient", IsDeleted: false }))
            {
                using var document = JsonDocument.Parse(patient.Json);
                var root = document.RootElement;
                if (root.TryGetProperty("birthDate", out var birth) && birth.GetString() == birthDate
                    && root.TryGetProperty("name", out var names) && names[0].GetProperty("family").GetString()!.Equals(family, StringComparison.OrdinalIgnoreCase))
                    found.Add(patient.Id);
            }

        return found.ToImmutable();
    }

    /// <summary>A file for each of some types, with all that is held of it now.</summary>
    public ImmutableArray<ServedFile> FilesOf(IEnumerable<string> types)
    {
        lock (gate)
        {
            return
            [
                .. types.Select(type => JobFiles.File(type + ".ndjson", "output", type,
                    resources.Values.Where(r => r.Type == type && !r.IsDeleted).OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => r.Json)))
                    .Where(f => f.Count > 0),
            ];
        }
    }

    /// <summary>What an export gives, deleted resources included, in the order type, id.</summary>
    internal ImmutableArray<HeldResource> Select(ExportRequest request)
    {
        lock (gate)
        {
            var inGroup = request.Group is { } group ? groups[group] : null;
            return
            [
                .. resources.Values
                    .Where(r => request.Since is not { } since || r.UpdatedAt > since)
                    .Where(r => request.Until is not { } until || r.UpdatedAt <= until)
                    .Where(r => request.Since is not null || !r.IsDeleted)
                    .Where(r => request.Types.Length == 0 || request.Types.Contains(r.Type))
                    .Where(r => r.Patient is null || ((inGroup is null || inGroup.Contains(r.Patient)) && (request.Patients.Length == 0 || request.Patients.Contains(r.Patient))))
                    .OrderBy(r => r.Type, StringComparer.Ordinal).ThenBy(r => r.Id, StringComparer.Ordinal),
            ];
        }
    }

    private static string? PatientOf(JsonElement root)
    {
        foreach (var name in (string[])["patient", "subject", "beneficiary"])
            if (root.TryGetProperty(name, out var element) && element.TryGetProperty("reference", out var reference)
                && reference.GetString() is { } text && text.StartsWith("Patient/", StringComparison.Ordinal))
                return text["Patient/".Length..];
        return null;
    }
}

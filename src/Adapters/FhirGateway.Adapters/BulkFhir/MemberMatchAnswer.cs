using System.Text.Json;
using FhirGateway.Attributions;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// What a payer answered to <c>$provider-member-match</c>: read from a Parameters resource, or from the Groups of an asynchronous
/// answer, which are told apart by their code.
/// </summary>
internal sealed class MemberMatchAnswer
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Id of the Group of those whose data may be had; null where there is none.</summary>
    public string? Group { get; private set; }

    /// <summary>The payer's Patient ids of the members of that Group.</summary>
    public HashSet<string> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>By Patient.id of the request.</summary>
    public Dictionary<string, PanelAnswer> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Members of the matched Group that the payer did not tell whom it took them for.</summary>
    public int Anonymous { get; private set; }

    /// <summary>Whether anything of the answer could be understood.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Takes a Parameters or a Group; anything else is ignored. Never throws on what the bytes hold.</summary>
    public void Add(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return;
            switch (ManifestValue.Text(root, "resourceType", 64))
            {
                case "Group":
                    AddGroup(root, KindOf(root));
                    break;
                case "Parameters":
                    AddParameters(root);
                    break;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string that is no text: no answer in it.
        }
    }

    private void AddParameters(JsonElement root)
    {
        IsRead = true;
        foreach (var parameter in Items(root, "parameter"))
        {
            if (!parameter.TryGetProperty("resource", out var resource) || resource.ValueKind != JsonValueKind.Object
                || ManifestValue.Text(resource, "resourceType", 64) != "Group")
                continue;
            AddGroup(resource, ManifestValue.Text(parameter, "name", 128) switch
            {
                "MatchedMembers" => PanelAnswer.Found,
                "NonMatchedMembers" => PanelAnswer.NotFound,
                "ConsentConstrainedMembers" => PanelAnswer.OptedOut,
                _ => KindOf(resource),
            });
        }
    }

    private void AddGroup(JsonElement group, PanelAnswer? kind)
    {
        if (kind is not { } answer)
            return;
        IsRead = true;
        var any = false;
        foreach (var member in Items(group, "member"))
        {
            if (!member.TryGetProperty("entity", out var entity) || entity.ValueKind != JsonValueKind.Object)
                continue;
            any = true;
            var reference = ManifestValue.Text(entity, "reference", 512);
            if (Submitted(group, entity, reference, answer) is { } id)
                Answers[id] = answer;
            else if (answer == PanelAnswer.Found)
                Anonymous++;
            if (answer == PanelAnswer.Found && reference is not null && reference.Contains("Patient/", StringComparison.Ordinal))
                Members.Add(reference[(reference.LastIndexOf('/') + 1)..]);
        }

        // An empty Group of nobody found is what the operation's text asks for: there is nothing to export of it.
        if (answer == PanelAnswer.Found && any)
            Group = ManifestValue.Text(group, "id", 64) ?? Group;
    }

    /// <summary>
    /// The submitted Patient.id behind a member: the extension says it; a Group of those not found may refer to it directly.
    /// </summary>
    private static string? Submitted(JsonElement group, JsonElement entity, string? reference, PanelAnswer answer)
    {
        foreach (var extension in Items(entity, "extension"))
        {
            if (ManifestValue.Text(extension, "url", 512) == ProviderAccess.SubmittedExtension
                && extension.TryGetProperty("valueReference", out var value) && value.ValueKind == JsonValueKind.Object)
                return Id(group, ManifestValue.Text(value, "reference", 512));
        }

        return answer == PanelAnswer.Found ? null : Id(group, reference);
    }

    /// <summary>A contained Patient keeps the submitted id; where a server renames it, its identifier still names it.</summary>
    private static string? Id(JsonElement group, string? reference)
    {
        if (reference is null)
            return null;
        var id = reference[(reference.LastIndexOfAny(['/', '#']) + 1)..];
        if (!reference.StartsWith('#'))
            return id;
        foreach (var contained in Items(group, "contained").Where(c => ManifestValue.Text(c, "id", 64) == id))
        {
            foreach (var identifier in Items(contained, "identifier"))
            {
                if (ManifestValue.Text(identifier, "value", 256) is { } value && value.StartsWith("urn:fhir-gateway:panel:", StringComparison.Ordinal))
                    return value[(value.LastIndexOf(':') + 1)..];
            }
        }

        return id;
    }

    private static PanelAnswer? KindOf(JsonElement group)
    {
        if (!group.TryGetProperty("code", out var code) || code.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var coding in Items(code, "coding"))
        {
            switch (ManifestValue.Text(coding, "code", 64))
            {
                case "match": return PanelAnswer.Found;
                case "nomatch": return PanelAnswer.NotFound;
                case "consentconstraint": return PanelAnswer.OptedOut;
            }
        }

        return null;
    }

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object)
            : [];
}

using System.Collections.Immutable;
using System.Text.Json;
using FhirGateway.Adapters.Identity;
using FhirGateway.Organizations;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>
/// The parameters of a call, taken one by one; the first fault stays. Text may come as any string-like value type: senders of
/// different drafts use valueString, valueUri and valueUrl for the same parameter.
/// </summary>
internal sealed class SubmitParameters(ImmutableArray<ParameterNode> parameters, SubmitFault? fault)
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    public SubmitFault? Fault { get; private set; } = fault;

    public static SubmitParameters Read(ReadOnlyMemory<byte> body)
    {
        var nodes = ParametersReader.Read(body, out var fault);
        return new SubmitParameters(nodes, fault);
    }

    /// <summary>Names that nothing asked for; as sent, where they are plain words.</summary>
    public ImmutableArray<string> Ignored() =>
        [.. parameters.Select(p => p.Name).Where(n => !taken.Contains(n)).Distinct().Take(20).Select(n => n.Length <= 64 && n.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? n : "a name that is no plain word")];

    public void Refuse(SubmitFault why) => Fault ??= why;

    public ImmutableArray<ParameterNode> All(string name)
    {
        taken.Add(name);
        return [.. parameters.Where(p => p.Name == name)];
    }

    /// <summary>A text that may be given once, under one of these names; null where it is absent.</summary>
    public string? Text(int most, params ReadOnlySpan<string> names)
    {
        string? found = null;
        foreach (var name in names)
        {
            foreach (var node in All(name))
            {
                if (TextOf(node, name, most) is not { } text)
                    return null;
                if (found is not null && (found != text || names.Length == 1))
                {
                    Refuse(SubmitFault.Invalid($"{names[0]} is given more than once"));
                    return null;
                }

                found = text;
            }
        }

        return found;
    }

    public string? TextOf(ParameterNode node, string name, int most)
    {
        if (node.Type is not ("String" or "Url" or "Uri" or "Canonical" or "Code" or "Id" or "Uuid" or "Oid" or "Markdown"))
            Refuse(new SubmitFault(SubmitFault.BadRequest, "value", $"{name} has no text value: valueString, valueUrl and valueUri are taken"));
        else if (StrictJson.Text(node.Value, most) is { } text)
            return text;
        else
            Refuse(new SubmitFault(SubmitFault.BadRequest, "value", $"{name} is not a text of 1 to {most} characters without control characters"));
        return null;
    }

    /// <summary>A text part that must be there once.</summary>
    public string Part(ParameterNode node, string name, int most)
    {
        var parts = node.Parts.Where(p => p.Name == name).ToList();
        if (parts.Count == 1)
            return TextOf(parts[0], $"{node.Name}.{name}", most) ?? "";
        Refuse(SubmitFault.Required($"{node.Name} needs {name} once"));
        return "";
    }

    /// <summary>The submitter, which every call has.</summary>
    public SubmitterIdentifier Submitter()
    {
        var given = All("submitter");
        if (given is not [{ Type: "Identifier", Value.ValueKind: JsonValueKind.Object } node])
        {
            Refuse(SubmitFault.Required("submitter is required once, as valueIdentifier"));
            return default;
        }

        var system = node.Value.TryGetProperty("system", out var s) ? StrictJson.Text(s, 1024) : "";
        var value = StrictJson.Text(node.Value, "value", 1024);
        if (system is null || value is null || system.Contains('|', StringComparison.Ordinal))
            Refuse(new SubmitFault(SubmitFault.BadRequest, "value", "submitter.value is required, submitter.system is a URI: texts of at most 1024 characters without control characters"));
        return new SubmitterIdentifier(system ?? "", value ?? "");
    }

    /// <summary>The submissionId, which every call has.</summary>
    public string SubmissionId()
    {
        var id = Text(255, "submissionId");
        if (id is null)
            Refuse(SubmitFault.Required("submissionId is required once, as valueString"));
        return id ?? "";
    }
}

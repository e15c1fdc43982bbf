namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>Which dialect a submission is answered in.</summary>
public static class SubmitDialects
{
    /// <summary>The name of the draft of 2025 as the dialect of a source's connection.</summary>
    public const string Argonaut2025Name = "argonaut-2025";

    /// <summary>
    /// The partner's setting decides; without one (or with one that says nothing of submissions) it is what the sender itself speaks.
    /// </summary>
    /// <param name="setting">The dialect of the source's connection.</param>
    /// <param name="isDraft">Whether the sender spells its calls as only the draft does.</param>
    public static SubmitDialect Of(string? setting, bool isDraft) => setting?.ToLowerInvariant() switch
    {
        Argonaut2025Name => SubmitDialect.Argonaut2025,
        "v4" => SubmitDialect.Ballot,
        _ => isDraft ? SubmitDialect.Argonaut2025 : SubmitDialect.Ballot,
    };
}

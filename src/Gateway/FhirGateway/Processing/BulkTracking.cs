using FhirGateway.Normalization;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>What the bulk writer remembers from batch to batch: which targets are there, and how much was noted. For the state writer only.</summary>
internal sealed class BulkTracking(IBodyStore bodies, SourceSettings settings)
{
    /// <summary>Targets that are remembered as missing, per submission; more of them are not looked for one by one.</summary>
    private const int MostMissing = 20_000;

    /// <summary>Lines that are noted to be read again, per submission.</summary>
    private const int MostLines = 500_000;
    private readonly KnownIds known = new();
    private string of = "";
    private int missing;
    private int lines;

    public IBodyStore Bodies => bodies;

    public SourceSettings Settings => settings;

    /// <summary>A resource lost its content.</summary>
    public void Removed(Guid id)
    {
        known.Remove(id);
        settings.ForgetReferences();
    }

    /// <summary>After a rollback: nothing is taken for granted.</summary>
    public void Forget()
    {
        known.Clear();
        settings.ForgetReferences();
    }

    /// <summary>Notes those targets of a stored resource that are not there.</summary>
    public void Follow(IStateTransaction state, Submission submission, NormalizedResource resource)
    {
        known.Add(resource.Id);
        Begin(submission);
        if (resource.Subject is { } subject && resource.Type != "Patient")
            Follow(state, submission, subject);
        if (resource.References.IsDefaultOrEmpty)
            return;
        foreach (var reference in resource.References)
            Follow(state, submission, reference);
    }

    public void NoteLine(IStateTransaction state, Submission submission, BulkItem item, int count)
    {
        Begin(submission);
        if (lines >= MostLines)
            return;
        lines++;
        state.References.NoteLine(submission.Id, item.File, item.Line, count);
    }

    private void Follow(IStateTransaction state, Submission submission, ResourceReference reference)
    {
        if (missing >= MostMissing || known.Contains(reference.Id))
            return;
        if (state.Resources.Has(reference.Id))
            known.Add(reference.Id);
        else if (state.References.Miss(reference.Id, reference.Type, submission.Source, submission.Id))
            missing++;
    }

    private void Begin(Submission submission)
    {
        if (of == submission.Id)
            return;
        of = submission.Id;
        missing = 0;
        lines = 0;
    }
}

using FhirGateway.Release;
using FhirGateway.Submissions;

namespace FhirGateway.Processing;

/// <summary>Keeps what a submission overwrites, as long as it may be taken back. One per transaction.</summary>
internal sealed class ContentUndo(IStateTransaction state, Submission submission)
{
    private HashSet<string>? undoable;

    /// <summary>The submission is about to give the resource another content.</summary>
    public void Claim(StoredResource known)
    {
        var owner = Submission.OwnerOf(known.Origin);
        if (owner.SequenceEqual(submission.Id))
            return;
        if (!submission.IsUndoable)
            return;
        state.Undo.Unlink(submission.Id, known.Number);
        state.Undo.Keep(submission.Id, known);
    }

    /// <summary>
    /// The submission brings the content that is there: true where it must become its own, for else it would go with the one that
    /// brought it before and may be taken back.
    /// </summary>
    public bool ClaimSame(StoredResource known)
    {
        var owner = Submission.OwnerOf(known.Origin);
        if (owner.SequenceEqual(submission.Id) || !IsUndoable(owner))
            return false;
        Claim(known);
        return true;
    }

    private bool IsUndoable(ReadOnlySpan<char> owner)
    {
        undoable ??= [.. state.Submissions.Undoable()];
        return undoable.Count > 0 && undoable.GetAlternateLookup<ReadOnlySpan<char>>().Contains(owner);
    }
}

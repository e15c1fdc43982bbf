namespace FhirGateway.Submissions;

/// <summary>What is remembered of references that lead nowhere yet, inside the state transaction.</summary>
public interface IReferenceNotes
{
    /// <summary>Notes that a resource refers to a target that is not there; false if it was known already.</summary>
    bool Miss(Guid target, string type, int source, string submission);

    /// <summary>
    /// Forgets notes of a source whose target has arrived, looking at no more than <paramref name="most"/> after a target; returns
    /// the last one looked at, or null at the end.
    /// </summary>
    Guid? Recheck(int source, Guid after, int most);

    /// <summary>References of a submission whose target is not there, by type.</summary>
    IReadOnlyDictionary<string, long> MissingOf(string submission);

    /// <summary>Notes a line with references that did not resolve, or how many are left; 0 forgets it.</summary>
    void NoteLine(string submission, int file, long line, int count);

    /// <summary>Noted lines of a file after a line, ascending, at most <paramref name="most"/>.</summary>
    IReadOnlyList<(long Line, int Count)> LinesOf(string submission, int file, long after, int most);

    /// <summary>The first file from <paramref name="from"/> on with noted lines; null if there is none.</summary>
    int? NextFile(string submission, int from);

    /// <summary>Forgets the noted lines of a submission, at most <paramref name="most"/>; false if there were none left.</summary>
    bool ForgetLines(string submission, int most);

    /// <summary>Forgets everything noted of a submission, at most <paramref name="most"/> rows; false if there was nothing left.</summary>
    bool Forget(string submission, int most);
}

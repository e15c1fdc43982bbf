namespace FhirGateway.Submissions;

/// <summary>Bulk jobs inside the state transaction.</summary>
public interface IBulkJobState
{
    /// <summary>Adds a job; a known id or (source, kind, key) is a misuse (exception).</summary>
    void Insert(BulkJob job);
    void Update(BulkJob job);
    BulkJob? Find(string id);
    BulkJob? FindByKey(int source, BulkJobKind kind, string key);

    /// <summary>Jobs of a kind that are running or being stopped, oldest first.</summary>
    IReadOnlyList<BulkJob> Open(BulkJobKind kind);

    /// <summary>Ids of all jobs that are not over: running, paused or being stopped.</summary>
    IReadOnlySet<string> Unfinished();

    /// <summary>The newest jobs, newest first, at most <paramref name="most"/>; of one source if its number is given.</summary>
    IReadOnlyList<BulkJob> Newest(int? source, int most);
}

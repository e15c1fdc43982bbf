namespace FhirGateway.Submissions;

/// <summary>What exports remember from one to the next, inside the state transaction. A scope is a group, or all patients, of one source.</summary>
public interface IExportState
{
    /// <summary>The marks of a scope, by type.</summary>
    IReadOnlyList<ExportMark> MarksOf(int source, string scope);
    void Save(int source, string scope, ExportMark mark);
    void Remove(int source, string scope, string type);

    /// <summary>Those of the ids that are no known member: whose history is not here yet.</summary>
    IReadOnlyList<string> UnknownMembers(int source, string scope, IReadOnlyList<string> ids);
    void AddMembers(int source, string scope, IReadOnlyList<string> ids);

    /// <summary>Forgets the known members that are not among the ids: who left a group and comes back needs its history again.</summary>
    void KeepMembers(int source, string scope, IReadOnlySet<string> ids);
    bool HasMembers(int source, string scope);

    /// <summary>Forgets all marks and members of a source: its next export asks for everything.</summary>
    void Forget(int source);
}

namespace FhirGateway.People;

/// <summary>What the two keys of a merge name. The numbers are stored.</summary>
public enum MergeSpace
{
    /// <summary>Two patients.</summary>
    Patients = 1,

    /// <summary>Two visits, or two accounts that stand for visits without a number.</summary>
    Visits = 2,

    /// <summary>A visit, and the patient whose it is.</summary>
    VisitMoves = 3,

    /// <summary>A patient whose visits so far are those of another.</summary>
    PatientMoves = 4,
}

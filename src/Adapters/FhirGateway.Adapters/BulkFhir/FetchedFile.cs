using System.Diagnostics.CodeAnalysis;
using FhirGateway.Journal;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>The outcome of one download: proven, or a fault.</summary>
public sealed record FetchedFile
{
    private FetchedFile(FileProof? proof, FileFault? fault) => (Proof, Fault) = (proof, fault);

    public FileProof? Proof { get; }
    public FileFault? Fault { get; }

    [MemberNotNullWhen(true, nameof(Proof))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool IsWhole => Proof is not null;

    public static FetchedFile Whole(FileProof proof) => new(proof, null);

    public static FetchedFile Failed(FileFault fault) => new(null, fault);

    /// <summary>The entry of a proven file for the journal.</summary>
    /// <param name="path">File name inside the spool folder.</param>
    /// <param name="name">The sender's name of it, for reports.</param>
    /// <param name="count">The count that the manifest promised.</param>
    public SpooledFile ToSpooled(string path, string name, long? count) => Proof is { } proof
        ? new SpooledFile(path, name, proof.Length, proof.Sha256) { Lines = proof.Lines, Count = count }
        : throw new InvalidOperationException("a file that is not whole cannot be accepted");
}

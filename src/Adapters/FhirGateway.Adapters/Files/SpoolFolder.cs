using System.Globalization;
using FhirGateway.Journal;

namespace FhirGateway.Adapters.Files;

/// <summary>
/// Where the files of one manifest of a bulk job are gathered: it outlives restarts, until they are accepted as one submission
/// or the job is over.
/// </summary>
public sealed class SpoolFolder
{
    /// <summary>Id of the bulk job.</summary>
    public required string Job { get; init; }

    /// <summary>Which manifest of the job, from 0.</summary>
    public required int Manifest { get; init; }

    /// <summary>The id that its submission has or gets: it follows from job and manifest, so that accepting twice makes one.</summary>
    public required string Submission { get; init; }

    /// <summary>The folder, as a full path.</summary>
    public required string Path { get; init; }

    /// <summary>What was accepted, where that was done before: then nothing may be written here any more, and accepting again changes nothing.</summary>
    public SpooledFiles? Accepted { get; init; }

    /// <summary>Name of the file with this number, from 0.</summary>
    public static string NameOf(int file) => file.ToString("d5", CultureInfo.InvariantCulture);

    /// <summary>Full path of the file with this number, from 0.</summary>
    public string PathOf(int file) => System.IO.Path.Combine(Path, NameOf(file));

    /// <summary>The <see cref="SpooledFile.Path"/> of the file with this number, from 0.</summary>
    public string SpooledPathOf(int file) => System.IO.Path.Combine(Submission, NameOf(file));
}

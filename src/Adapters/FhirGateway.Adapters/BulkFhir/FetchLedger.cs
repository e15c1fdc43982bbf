using System.Text;
using System.Text.Json;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>
/// Which files of a fetch are proven, one JSON line each, so that a restart does not fetch them again. A line that a crash cut or
/// lost costs one more fetch and nothing else; a file that is not there in its length is not believed.
/// </summary>
internal sealed class FetchLedger : IDisposable
{
    public const string FileName = "ledger";

    /// <summary>Whether a file of the folder is a fetched one: not this ledger, and nothing of an unfinished download.</summary>
    public static bool IsDataFile(string name) => name != FileName && !name.Contains('.', StringComparison.Ordinal);

    private readonly Dictionary<string, FetchLedgerEntry> entries = new(StringComparer.Ordinal);
    private readonly FileStream file;

    private FetchLedger(FileStream file) => this.file = file;

    public static FetchLedger Open(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        var ledger = new FetchLedger(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
        try
        {
            ledger.Load(folder);
            return ledger;
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    public FetchLedgerEntry? Find(string key) => entries.GetValueOrDefault(key);

    public void Add(FetchLedgerEntry entry)
    {
        entries[entry.Key] = entry;
        file.Write(JsonSerializer.SerializeToUtf8Bytes(entry, BulkFhirJson.Default.FetchLedgerEntry));
        file.WriteByte((byte)'\n');
        file.Flush();
    }

    private void Load(string folder)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        while (reader.ReadLine() is { } line)
        {
            if (Read(line) is not { } entry)
                continue;
            var found = new FileInfo(Path.Combine(folder, entry.File));
            if (found.Exists && found.Length == entry.Length)
                entries[entry.Key] = entry;
        }

        file.Seek(0, SeekOrigin.End);
        // A cut last line must not run into the next one.
        file.WriteByte((byte)'\n');
    }

    private static FetchLedgerEntry? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, BulkFhirJson.Default.FetchLedgerEntry) is { Key: not null, File: not null } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose() => file.Dispose();
}

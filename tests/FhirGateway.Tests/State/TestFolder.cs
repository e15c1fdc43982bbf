namespace FhirGateway.Tests.State;

/// <summary>A folder of its own for one test.</summary>
public sealed class TestFolder : IDisposable
{
    public TestFolder() => Path = Directory.CreateTempSubdirectory("fhir-gateway-test-").FullName;

    public string Path { get; }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var directory in Directory.EnumerateDirectories(from))
            Copy(directory, System.IO.Path.Combine(to, System.IO.Path.GetFileName(directory)));
        foreach (var file in Directory.EnumerateFiles(from))
        {
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var target = File.Create(System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
            source.CopyTo(target);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace FhirGateway.Tests.Hl7v2;

/// <summary>Finds files by walking up from the test binaries to the solution.</summary>
internal static class SharedData
{
    public static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "FhirGateway.sln")))
                return at.FullName;
        throw new DirectoryNotFoundException("FhirGateway.sln");
    }

    public static string Hl7(string folder)
    {
        var path = Path.Combine(Root(), "..", "shared", "data", "hl7v2", folder);
        Assert.SkipUnless(Directory.Exists(path), "shared data is absent");
        return path;
    }
}

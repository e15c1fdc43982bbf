using System.Text.RegularExpressions;

namespace FhirGateway.Tests.Architecture;

/// <summary>The sources on disk, found by walking up from the test binaries.</summary>
internal static partial class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Source => Path.Combine(Root, "src");

    /// <summary>Every C# file below a folder, build output apart.</summary>
    public static IEnumerable<string> CSharpFiles(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(f => !IsBuildOutput(f)).Order(StringComparer.Ordinal);

    /// <summary>Every project file below <c>src</c>.</summary>
    public static IEnumerable<string> Projects() =>
        Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories).Where(f => !IsBuildOutput(f)).Order(StringComparer.Ordinal);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>The code of a file without comments and without the contents of its strings.</summary>
    public static string Code(string file) => CommentsAndStrings().Replace(File.ReadAllText(file), m => m.Value[0] == '/' ? " " : "\"\"");

    private static bool IsBuildOutput(string path)
    {
        var parts = Path.GetRelativePath(Root, path).Split(Path.DirectorySeparatorChar);
        return parts.Contains("bin") || parts.Contains("obj");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FhirGateway.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("FhirGateway.sln is not above " + AppContext.BaseDirectory);
    }

    // Raw strings, then comments, then verbatim and ordinary strings and characters, whichever begins first.
    [GeneratedRegex("""
        "{3,}[\s\S]*?"{3,} | //[^\n]* | /\*[\s\S]*?\*/ | @"(?:[^"]|"")*" | "(?:\\.|[^"\\\n])*" | '(?:\\.[^'\n]*|[^'\\\n])'
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex CommentsAndStrings();
}

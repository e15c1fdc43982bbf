namespace FhirGateway.IntegrationTests.Docs;

/// <summary>One fenced <c>sh</c> block of a document.</summary>
/// <param name="Document">Path of the document, relative to the repository.</param>
/// <param name="Line">Line of its first command.</param>
/// <param name="Text">The commands as written.</param>
internal sealed record CommandBlock(string Document, int Line, string Text)
{
    public static IEnumerable<CommandBlock> Of(string document)
    {
        var lines = File.ReadAllLines(Path.Combine(BuiltGateway.Repository, document));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] != "```sh")
                continue;
            var end = Array.IndexOf(lines, "```", i + 1);
            yield return new CommandBlock(document, i + 2, string.Join('\n', lines[(i + 1)..end]));
            i = end;
        }
    }

    public override string ToString() => $"{Document}:{Line}";
}

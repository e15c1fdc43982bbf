using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace FhirGateway.Tests.Fhir.Packages;

/// <summary>A small package of our own: three types, two profiles with differentials only, an extension, a value set, a code system.</summary>
internal sealed class SyntheticPackage
{
    public const string Root = "http://example.org/StructureDefinition/";
    public const string Types = "http://hl7.org/fhir/StructureDefinition/";

    /// <summary>Entries in order.</summary>
    public List<(string Name, byte[] Content)> Entries { get; } = [];

    public static SyntheticPackage Small(string id = "example.small", string version = "1.0.0", string dependencies = "") => new SyntheticPackage()
        .With("package/package.json", $$"""{"name":"{{id}}","version":"{{version}}","dependencies":{ {{dependencies}} } }""")
        .With("package/StructureDefinition-string.json", Type("string", "primitive-type", Element("string")))
        .With("package/StructureDefinition-Extension.json", Type("Extension", "complex-type",
            Element("Extension"), Element("Extension.extension", "Extension", "0..*"), Element("Extension.url", "string", "1..1"), Element("Extension.value[x]", "string,Name")))
        .With("package/StructureDefinition-Name.json", Type("Name", "complex-type",
            Element("Name"), Element("Name.extension", "Extension", "0..*"), Element("Name.family", "string"), Element("Name.given", "string", "0..*")))
        .With("package/StructureDefinition-Person.json", Type("Person", "resource",
            Element("Person"), Element("Person.id", "string"), Element("Person.extension", "Extension", "0..*"), Element("Person.name", "Name", "0..*"),
            Element("Person.value[x]", "string,Name"), Element("Person.part", "BackboneElement", "0..*"), Element("Person.part.code", "string"),
            """{"id":"Person.other","path":"Person.other","min":0,"max":"*","contentReference":"#Person.part"}"""))
        .With("package/StructureDefinition-nick.json", Profile("nick", "Extension", "Extension", "complex-type",
            """{"id":"Extension","path":"Extension","constraint":[{"key":"nick-1","severity":"error","human":"h","expression":"value.exists()"}]}""",
            """{"id":"Extension.url","path":"Extension.url","fixedUri":"http://example.org/StructureDefinition/nick"}"""))
        .With("package/StructureDefinition-a.json", Profile("a", Types + "Person", "Person", "resource",
            """{"id":"Person.extension:nick","path":"Person.extension","sliceName":"nick","min":1,"max":"1","type":[{"code":"Extension","profile":["http://example.org/StructureDefinition/nick"]}]}""",
            """{"id":"Person.name","path":"Person.name","min":1,"slicing":{"discriminator":[{"type":"value","path":"family"}],"rules":"open"}}""",
            """{"id":"Person.name:legal","path":"Person.name","sliceName":"legal","max":"1"}""",
            """{"id":"Person.name:legal.family","path":"Person.name.family","min":1,"patternString":"x"}"""))
        .With("package/StructureDefinition-b.json", Profile("b", Root + "a", "Person", "resource",
            """{"id":"Person.value[x]","path":"Person.valueString","min":1}""",
            """{"id":"Person.other.code","path":"Person.other.code","min":1}"""))
        .With("package/ValueSet-v.json", """{"resourceType":"ValueSet","url":"http://example.org/ValueSet/v","name":"V","compose":{"include":[{"system":"http://example.org/c","concept":[{"code":"a"},{"code":"b","display":"B"}]}]}}""")
        .With("package/CodeSystem-c.json", """{"resourceType":"CodeSystem","url":"http://example.org/c","name":"C","content":"complete","concept":[{"code":"a","concept":[{"code":"b"}]}]}""")
        .With("package/example/Person-one.json", """{"resourceType":"Person","id":"one"}""");

    public static string Type(string name, string kind, params string[] elements) => $$"""
        {"resourceType":"StructureDefinition","url":"{{Types}}{{name}}","name":"{{name}}","type":"{{name}}","kind":"{{kind}}","derivation":"specialization","snapshot":{"element":[{{string.Join(',', elements)}}]} }
        """;

    public static string Profile(string name, string parent, string type, string kind, params string[] elements) => $$"""
        {"resourceType":"StructureDefinition","url":"{{Root}}{{name}}","name":"{{name}}","type":"{{type}}","kind":"{{kind}}","derivation":"constraint","baseDefinition":"{{(parent.StartsWith("http", StringComparison.Ordinal) ? parent : Types + parent)}}","differential":{"element":[{{string.Join(',', elements)}}]} }
        """;

    public static string Element(string path, string types = "", string cardinality = "0..1") => $$"""
        {"id":"{{path}}","path":"{{path}}","min":{{cardinality.Split("..")[0]}},"max":"{{cardinality.Split("..")[1]}}","type":[{{string.Join(',', types.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(t => $$"""{"code":"{{t}}"}"""))}}]}
        """;

    public SyntheticPackage With(string name, string content) => With(name, Encoding.UTF8.GetBytes(content));

    public SyntheticPackage With(string name, byte[] content)
    {
        Entries.RemoveAll(e => e.Name == name);
        Entries.Add((name, content));
        return this;
    }

    public byte[] Tar()
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar))
            foreach (var (name, content) in Entries)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch });
        return stream.ToArray();
    }

    public MemoryStream Archive() => new(Zip(Tar()));

    public static byte[] Zip(byte[] tar)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            gzip.Write(tar);
        return stream.ToArray();
    }
}

using System.Text;
using System.Text.RegularExpressions;
using FhirGateway.Fhir.Packages;

namespace FhirGateway.Tests.Fhir.Packages;

/// <summary>Damaged and hostile packages, each made of a seed, and what must be possible with any of them.</summary>
internal static class PackageFuzz
{
    private static readonly PackageLimits Limits = new() { MaxArchiveBytes = 1 << 20, MaxInflatedBytes = 4 << 20, MaxEntryBytes = 1 << 20, MaxEntries = 200, MaxDepth = 64 };

    private static readonly Action<Random, SyntheticPackage>[] Contents =
    [
        BreakJson, SwapValues, DeepJson, CyclicDependencies, CyclicBases, SelfTypedExtension, SliceBomb, LongChain, DeepPath, OddManifest, OddText, ManyElements,
    ];

    private static readonly Action<Random, List<byte>>[] Tars = [FlipBits, Truncate, OddHeader, OddName, LinkEntry, OddSize, PaxRecords, OddPax];

    /// <summary>One case: the bytes of an archive.</summary>
    public static byte[] Case(int seed)
    {
        var random = new Random(seed);
        var package = SyntheticPackage.Small();
        var kind = random.Next(Contents.Length + Tars.Length + 3);
        if (kind < Contents.Length)
        {
            Contents[kind](random, package);
            return SyntheticPackage.Zip(package.Tar());
        }
        var tar = package.Tar().ToList();
        if (kind < Contents.Length + Tars.Length)
        {
            Tars[kind - Contents.Length](random, tar);
            return SyntheticPackage.Zip([.. tar]);
        }
        if (kind == Contents.Length + Tars.Length + 2)
            return SyntheticPackage.Zip([.. tar, .. new byte[8 << 20]]);
        var archive = SyntheticPackage.Zip([.. tar]).ToList();
        (kind == Contents.Length + Tars.Length ? (Action<Random, List<byte>>)FlipBits : Truncate)(random, archive);
        return [.. archive];
    }

    /// <summary>Reads the package and all that is in it.</summary>
    /// <returns>Whether it could be read; only <see cref="PackageException"/> counts as an answer.</returns>
    public static bool Run(byte[] archive)
    {
        FhirPackage package;
        try
        {
            package = PackageReader.Read(new MemoryStream(archive), "case.tgz", Limits, withExamples: true);
        }
        catch (PackageException e) when (e.Message.Length > 0)
        {
            return false;
        }
        var packages = new PackageResolver([]).Resolve([package]).Packages;
        foreach (var url in package.StructureUrls)
        {
            // One that cannot be read is a warning; one that can has a snapshot or says why not.
            if (packages.FindStructure(url, package) is var (structure, _) && structure.Snapshot.IsEmpty && structure.SnapshotFault is null)
                throw new InvalidOperationException($"{structure} has neither a snapshot nor a fault");
        }
        foreach (var url in package.ValueSetUrls)
            packages.FindValueSet(url, package);
        foreach (var url in package.CodeSystemUrls)
            packages.FindCodeSystem(url, package);
        return package.Warnings.Length >= 0;
    }

    private static void FlipBits(Random random, List<byte> bytes)
    {
        for (var i = random.Next(1, 12); i > 0; i--)
            bytes[random.Next(bytes.Count)] ^= (byte)(1 << random.Next(8));
    }

    private static void Truncate(Random random, List<byte> bytes) => Cut(bytes, random.Next(bytes.Count));

    private static void Cut(List<byte> bytes, int at) => bytes.RemoveRange(at, bytes.Count - at);

    private static void OddHeader(Random random, List<byte> tar) => Header(random, tar, (header, r) => header[r.Next(512)] = (byte)r.Next(256));

    private static void OddName(Random random, List<byte> tar) => Header(random, tar, (header, r) =>
        Write(header, 0, 100, Pick(r, "../../etc/cron.d/x", "/etc/passwd", "package/../../x.json", "C:\\x.json", "package\\x.json", "./../x", "package/\u0001.json", new string('a', 100), "", "package/")));

    private static void LinkEntry(Random random, List<byte> tar) => Header(random, tar, (header, r) =>
    {
        header[156] = (byte)Pick(r, '1', '2', '3', '4', '6', '9', 'S', 'g', 'K', '\u00ff');
        Write(header, 157, 100, "/etc/passwd");
    });

    private static void OddSize(Random random, List<byte> tar) => Header(random, tar, (header, r) =>
        Write(header, 124, 12, Pick(r, "77777777777", "-0000000001", "0x100", "", "00000000001", "00017777777", "99999999999", "\u0080\u0000\u0000\u0000\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")));

    private static void PaxRecords(Random random, List<byte> tar) => Insert(random, tar, 'x', Pick(random,
        "30 path=../../../etc/passwd\n\n\n", "12 size=-5\n\n", "25 size=9999999999999999\n", "9999999 path=x\n", "path=x\n", "0 path=x\n", "20 path=/absolute/xx\n", "11 path=a\n\n"));

    private static void OddPax(Random random, List<byte> tar) =>
        Insert(random, tar, Pick(random, 'x', 'L', 'g', 'K'), new string(Pick(random, 'a', ' ', '9'), random.Next(1, 90_000)), random.Next(3) == 0 ? "77777777777" : null);

    private static void Header(Random random, List<byte> tar, Action<byte[], Random> change)
    {
        var at = random.Next(tar.Count / 512) * 512;
        var header = tar.GetRange(at, 512).ToArray();
        change(header, random);
        Sum(header);
        for (var i = 0; i < 512; i++)
            tar[at + i] = header[i];
    }

    private static void Insert(Random random, List<byte> tar, char type, string content, string? size = null)
    {
        var header = tar.GetRange(0, 512).ToArray();
        header[156] = (byte)type;
        Write(header, 124, 12, size ?? Convert.ToString(content.Length, 8).PadLeft(11, '0'));
        Sum(header);
        var data = Encoding.Latin1.GetBytes(content);
        tar.InsertRange(0, [.. header, .. data, .. new byte[(512 - (data.Length % 512)) % 512]]);
        if (random.Next(4) == 0)
            Cut(tar, random.Next(512, tar.Count));
    }

    private static void Sum(byte[] header)
    {
        Write(header, 148, 8, "        ");
        Write(header, 148, 8, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
    }

    private static void Write(byte[] header, int offset, int length, string text)
    {
        Array.Clear(header, offset, length);
        Encoding.Latin1.GetBytes(text.Length > length ? text[..length] : text).CopyTo(header, offset);
    }

    private static void BreakJson(Random random, SyntheticPackage package)
    {
        var (name, content) = Pick(random, [.. package.Entries]);
        var bytes = content.ToList();
        (random.Next(2) == 0 ? (Action<Random, List<byte>>)FlipBits : Truncate)(random, bytes);
        package.With(name, [.. bytes]);
    }

    /// <summary>A value of one kind where another is expected.</summary>
    private static void SwapValues(Random random, SyntheticPackage package)
    {
        var (name, content) = Pick(random, [.. package.Entries]);
        var text = Encoding.UTF8.GetString(content);
        var values = Regex.Matches(text, @"(?<=:)(""[^""]*""|\d+|\{\}|\[[^\[\]]*\])", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        if (values.Count == 0)
            return;
        for (var i = random.Next(1, 4); i > 0 && values.Count > 0; i--)
        {
            var value = values[random.Next(values.Count)];
            text = text[..value.Index] + Pick(random, "null", "true", "[]", "{}", "-1", "1e999", "\"\"", "\"*\"", "\"..\"", "[[]]", "[null]", "\"\\ud800\"", "99999999999999999999") + text[(value.Index + value.Length)..];
            values = Regex.Matches(text, @"(?<=:)(""[^""]*""|\d+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        }
        package.With(name, text);
    }

    private static void DeepJson(Random random, SyntheticPackage package)
    {
        var depth = random.Next(10, 5000);
        var (open, close) = Pick(random, ("[", "]"), ("{\"concept\":[{\"code\":\"x\"},", "]}"), ("{\"a\":", "}"), ("{\"contains\":[", "]}"));
        var deep = string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
        package.With(Pick(random, "package/CodeSystem-c.json", "package/ValueSet-v.json", "package/package.json", "package/StructureDefinition-a.json"),
            $$"""{"resourceType":"CodeSystem","url":"http://example.org/c","content":"complete","name":"x","version":"1","concept":[{"code":"q","concept":[{{deep}}]}]}""");
    }

    private static void CyclicDependencies(Random random, SyntheticPackage package) =>
        package.With("package/package.json", $$"""{"name":"example.small","version":"1.0.0","dependencies":{"example.small":"{{Pick(random, "1.0.0", "1.x", "latest", "*", "..", "../../x", "")}}","../../etc":"1","{{new string('z', random.Next(1, 5000))}}":"1.0.0"} }""");

    private static void CyclicBases(Random random, SyntheticPackage package)
    {
        var length = random.Next(1, 30);
        for (var i = 0; i < length; i++)
            package.With($"package/StructureDefinition-cycle{i}.json", SyntheticPackage.Profile($"cycle{i}", $"{SyntheticPackage.Root}cycle{(i + 1) % length}", "Person", "resource", """{"id":"Person.name","path":"Person.name","min":1}"""));
    }

    private static void SelfTypedExtension(Random random, SyntheticPackage package)
    {
        var names = Enumerable.Range(0, random.Next(1, 6)).ToList();
        foreach (var i in names)
            package.With($"package/StructureDefinition-self{i}.json", SyntheticPackage.Profile($"self{i}", "Extension", "Extension", "complex-type",
                [.. names.Select(n => $$"""{"id":"Extension.extension:s{{n}}","path":"Extension.extension","sliceName":"s{{n}}","type":[{"code":"Extension","profile":["{{SyntheticPackage.Root}}self{{n}}"]}]}"""),
                 .. names.Select(n => $$"""{"id":"Extension.extension:s{{n}}.value[x]","path":"Extension.extension.value[x]","min":1}""")]));
    }

    /// <summary>Slices of elements that have slices: what is below is copied each time.</summary>
    private static void SliceBomb(Random random, SyntheticPackage package)
    {
        var (depth, width) = (random.Next(2, 12), random.Next(2, 12));
        var elements = new List<string>();
        for (var level = depth; level > 0; level--)
        {
            var above = "Extension" + string.Concat(Enumerable.Repeat(".extension", level - 1));
            for (var slice = 0; slice < width; slice++)
                elements.Add($$"""{"id":"{{above}}.extension:s{{slice}}","path":"{{above}}.extension","sliceName":"s{{slice}}"}""");
        }
        package.With("package/StructureDefinition-bomb.json", SyntheticPackage.Profile("bomb", "Extension", "Extension", "complex-type", [.. elements]));
    }

    private static void LongChain(Random random, SyntheticPackage package)
    {
        var length = random.Next(10, 180);
        for (var i = 0; i < length; i++)
            package.With($"package/StructureDefinition-chain{i}.json", SyntheticPackage.Profile($"chain{i}", i == length - 1 ? "Person" : $"{SyntheticPackage.Root}chain{i + 1}", "Person", "resource",
                $$"""{"id":"Person.name:s{{i}}","path":"Person.name","sliceName":"s{{i}}"}"""));
    }

    private static void DeepPath(Random random, SyntheticPackage package)
    {
        var path = "Extension" + string.Concat(Enumerable.Repeat(".extension", random.Next(1, 3000)));
        package.With("package/StructureDefinition-deep.json", SyntheticPackage.Profile("deep", "Extension", "Extension", "complex-type", $$"""{"id":"{{path}}","path":"{{path}}","min":1}"""));
    }

    private static void OddManifest(Random random, SyntheticPackage package) =>
        package.With("package/package.json", Pick(random, "", "[]", "null", "{}", """{"name":1,"version":2}""", """{"name":"../x","version":"1"}""", """{"name":"a","version":"../1"}""",
            """{"name":"a b","version":"1"}""", """{"name":"a","version":"1","dependencies":[]}""", """{"name":"a","version":"1","dependencies":{"b":null}}""", """{"name":"\ud800","version":"1"}""", """{"name":"a","version":"1","fhirVersions":["5.0.0"]}"""));

    private static void OddText(Random random, SyntheticPackage package)
    {
        var (name, content) = Pick(random, [.. package.Entries]);
        var at = random.Next(content.Length);
        package.With(name, [.. content[..at], .. Pick(random, [(byte)0xff, 0xfe], [0xed, 0xa0, 0x80], Encoding.UTF8.GetBytes("\\ud800"), [0xef, 0xbb, 0xbf], [0]), .. content[at..]]);
    }

    private static void ManyElements(Random random, SyntheticPackage package) =>
        package.With("package/StructureDefinition-many.json", SyntheticPackage.Profile("many", "Person", "Person", "resource",
            [.. Enumerable.Range(0, random.Next(100, 3000)).Select(i => $$"""{"id":"Person.name:s{{i}}.given","path":"Person.name.given","min":1}""")]));

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}

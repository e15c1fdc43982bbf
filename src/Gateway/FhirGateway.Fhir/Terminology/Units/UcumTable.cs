using System.Text;

namespace FhirGateway.Fhir.Terminology.Units;

/// <summary>Atoms and prefixes, read from the embedded table at first use.</summary>
internal sealed class UcumTable
{
    private readonly CodeTable atomCodes;
    private readonly CodeTable prefixCodes;
    private readonly Lazy<UcumProduct>[] products;

    private UcumTable(List<UcumAtom> atoms, List<(string Code, Rational Value)> prefixes)
    {
        Atoms = [.. atoms];
        Prefixes = [.. prefixes];
        atomCodes = CodeTable.Create([.. atoms.Select(a => a.Code)]);
        prefixCodes = CodeTable.Create([.. prefixes.Select(p => p.Code)]);
        products = [.. atoms.Select(a => new Lazy<UcumProduct>(() => Define(a)))];
    }

    public static UcumTable Instance { get; } = Read();

    public UcumAtom[] Atoms { get; }

    public (string Code, Rational Value)[] Prefixes { get; }

    /// <summary>Finds the atom of a symbol, whole or behind a prefix.</summary>
    /// <param name="symbol">E.g. <c>mm[Hg]</c>.</param>
    /// <param name="atom">Index of the atom.</param>
    /// <param name="prefix">Index of the prefix, or -1.</param>
    public bool TryFind(ReadOnlySpan<byte> symbol, out int atom, out int prefix)
    {
        prefix = -1;
        atom = atomCodes.Find(symbol);
        for (var length = 1; atom < 0 && length <= 2 && length < symbol.Length; length++)
        {
            prefix = prefixCodes.Find(symbol[..length]);
            atom = prefix < 0 ? -1 : atomCodes.Find(symbol[length..]);
            if (atom >= 0 && !Atoms[atom].IsMetric)
                atom = -1;
        }
        return atom >= 0;
    }

    /// <summary>What an atom stands for, in base and arbitrary units. For a special unit: its proper unit.</summary>
    public UcumProduct Product(int atom) => products[atom].Value;

    private UcumProduct Define(UcumAtom atom)
    {
        if (atom.Kind is UcumAtomKind.Base or UcumAtomKind.Arbitrary)
            return UcumProduct.Of(atom.Code);
        var product = new UcumProduct();
        if (!UcumParser.TryParse(Encoding.UTF8.GetBytes(atom.Unit), this, product))
            throw new InvalidDataException($"The unit of the UCUM atom {atom.Code} cannot be read.");
        product.Multiply(atom.Value);
        return product;
    }

    private static UcumTable Read()
    {
        using var stream = typeof(UcumTable).Assembly.GetManifestResourceStream("ucum.tsv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var atoms = new List<UcumAtom>();
        var prefixes = new List<(string, Rational)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var row = line.Split('\t');
            if (row[0] == "prefix")
                prefixes.Add((row[1], Rational.Parse(row[2])));
            else
                atoms.Add(Atom(row));
        }
        return new(atoms, prefixes);
    }

    private static UcumAtom Atom(string[] row)
    {
        var value = row[2].Split(' ');
        var kind = row[0] switch
        {
            "base" => UcumAtomKind.Base,
            "arbitrary" or "arbitrary-metric" => UcumAtomKind.Arbitrary,
            _ => value.Length == 2 ? UcumAtomKind.Special : UcumAtomKind.Derived,
        };
        return new(
            row[1],
            kind,
            row[0] is "base" or "metric" or "arbitrary-metric",
            row[2].Length == 0 ? Rational.One : Rational.Parse(value[^1]),
            row[3],
            value.Length == 2 ? value[0] : null);
    }
}

using System.Globalization;
using System.Text;
using FhirGateway.Fhir.Terminology;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Fhir.Terminology;

public sealed class UcumTests
{
    /// <summary>Units that can be converted into each other, from many corners of the table.</summary>
    private static readonly string[][] Kinds =
    [
        ["g", "mg", "kg", "ug", "t", "[lb_av]", "[oz_av]", "[gr]", "[stone_av]", "[car_m]"],
        ["m", "cm", "nm", "[in_i]", "[ft_i]", "[mi_us]", "[nmi_i]", "Ao", "[smoot]", "pc", "[Ch]"],
        ["s", "min", "h", "d", "wk", "mo", "a", "ms", "mo_s", "a_g"],
        ["L", "dL", "l", "m3", "[gal_us]", "[foz_us]", "[cup_m]", "[tsp_us]", "cm3", "[drp]"],
        ["mm[Hg]", "Pa", "kPa", "bar", "atm", "[psi]", "cm[H2O]", "N/m2", "[in_i'Hg]"],
        ["mol/L", "mmol/L", "umol/dL", "meq/L", "osm/kg.g/mL"],
        ["mg/dL", "g/L", "kg/m3", "ug/mL", "g%"],
        ["J", "cal", "kcal_th", "[Btu]", "eV", "W.s", "N.m", "erg"],
        ["U/L", "kat/L", "umol/min/L"],
        ["10*3/uL", "10*9/L", "/mm3", "{cells}/L", "10^6/mL"],
        ["%", "1", "[ppm]", "10*-2", "mg/g", "{score}"],
        ["K", "[degR]"],
        ["rad", "deg", "gon", "'", "''", "circ"],
        ["[iU]/L", "[IU]/mL", "k[iU]/mL"],
        ["mL/min/{1.73_m2}", "L/h", "mL/(2.h)"],
    ];

    [Theory]
    [InlineData("1", "kg", "g", "1000")]
    [InlineData("4.00", "g", "mg", "4000")]
    [InlineData("1", "[in_i]", "cm", "2.54")]
    [InlineData("1", "[mi_i]", "m", "1609.344")]
    [InlineData("1", "[lb_av]", "g", "453.59237")]
    [InlineData("1", "[gal_us]", "L", "3.785411784")]
    [InlineData("37", "Cel", "[degF]", "98.6")]
    [InlineData("98.6", "[degF]", "Cel", "37")]
    [InlineData("0", "K", "Cel", "-273.15")]
    [InlineData("-40", "[degF]", "Cel", "-40")]
    [InlineData("80", "[degRe]", "Cel", "100")]
    [InlineData("1000", "mCel", "Cel", "1")]
    [InlineData("1", "wk", "d", "7")]
    [InlineData("1", "a", "mo", "12")]
    [InlineData("1", "a", "d", "365.25")]
    [InlineData("1", "h", "s", "3600")]
    [InlineData("120", "mm[Hg]", "kPa", "15.99864")]
    [InlineData("100", "mg/dL", "g/L", "1")]
    [InlineData("1", "km/h", "m/s", "0.2777777777777777777777777778")]
    [InlineData("50", "%", "1", "0.5")]
    [InlineData("1", "10*3/uL", "10*9/L", "1")]
    [InlineData("2", "m2/(m.s)", "m/s", "2")]
    [InlineData("6", "/(2.s)", "Hz", "3")]
    [InlineData("8", "m/s/s", "m.s-2", "8")]
    [InlineData("1", "/s.m", "m.Hz", "1")]
    [InlineData("7", "[pH]", "mol/L", "0.0000001")]
    [InlineData("1", "U", "nkat", "16.666666666666666666666666667")]
    [InlineData("1", "kcal_th", "[Cal]", "1")]
    [InlineData("20", "dB[SPL]", "Pa", "0.0002")]
    [InlineData("3", "bit_s", "1", "8")]
    [InlineData("1", "Kibit", "By", "128")]
    [InlineData("1", "deg", "'", "60")]
    [InlineData("1", "Oe", "/[pi].A/m", "250")]
    public void A_value_is_converted(string value, string from, string to, string result)
    {
        Assert.True(Ucum.TryConvert(decimal.Parse(value, CultureInfo.InvariantCulture), from, to, out var converted));
        Assert.Equal(result, converted.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("g", "m")]
    [InlineData("mg", "[iU]")]
    [InlineData("[iU]", "[arb'U]")]
    [InlineData("Cel/s", "K/s")]
    [InlineData("mgs", "mg")]
    [InlineData("g", "")]
    [InlineData("g/0", "g")]
    [InlineData("m9999", "m")]
    [InlineData("Ym400", "ym400")]
    [InlineData("99999999999999999999999999999.g", "g")]
    public void What_cannot_be_compared_or_held_is_not_converted(string from, string to)
    {
        Assert.False(Ucum.TryConvert(1, from, to, out var converted));
        Assert.Equal(0, converted);
    }

    [Theory]
    [InlineData("1 mg/dL mm[Hg] 10*3/uL 10^9/L /100{WBC} {score} %{0to3Hours} mL/min/{1.73_m2} [in_i'H2O] m/s2 m+2 m-2 kg.m2/s2 (mg) mL/(8.h) /min [lb_av] [degF] Cel B[10.nV] cal_[15] a_j mo_s '' ' % [iU]/mL k[iU]/L umol/L dar dag Pa cd [m/s2/Hz^0.5] ug/(12.h) {3 times}/d 10*-6 Kibit 2.g g{wet} (g.m){x}")]
    public void A_unit_is_valid(string codes)
    {
        foreach (var code in codes.Replace("{3 times}", "{3\u00a0times}", StringComparison.Ordinal).Split(' ').Select(c => c.Replace('\u00a0', ' ')))
            Assert.True(Ucum.IsValid(code), code);
    }

    [Theory]
    [InlineData("|mgs|Mgs|mEq|ml/hr|mg//dL|mg/|.mg|mg.|(mg|mg)|()|{|}|{a|{a{b}}|{é}|µg|g m| g|g |kkg|k[lb_av]|dmin|[abc]|[|m-|m+|m--2|g{a}{b}|m99999|mm Hg|mmHg|/|//s|-1|1-|k|2m|m(s)")]
    public void What_is_no_unit_is_not_valid(string codes)
    {
        foreach (var code in codes.Split('|'))
        {
            Assert.False(Ucum.IsValid(code), code);
            Assert.False(Ucum.IsValid(Encoding.UTF8.GetBytes(code)), code);
        }
    }

    [Fact]
    public void Every_atom_of_the_table_is_a_unit_with_a_form_of_its_own()
    {
        var atoms = Table().Where(r => r[0] is not "prefix").ToList();
        Assert.InRange(atoms.Count, 300, 400);
        Assert.Equal(atoms.Count, atoms.Select(r => r[1]).Distinct(StringComparer.Ordinal).Count());
        foreach (var row in atoms)
        {
            Assert.True(Ucum.IsValid(row[1]), row[1]);
            Assert.True(Ucum.AreComparable(row[1], row[1]), row[1]);
            if (row[0].Contains("metric", StringComparison.Ordinal))
                Assert.True(Ucum.IsValid("m" + row[1]) && Ucum.AreComparable("m" + row[1], row[1]), row[1]);
            if (row[0] == "plain" && row[3].Length > 0 && !row[2].Contains(' ', StringComparison.Ordinal))
                Assert.True(Ucum.AreComparable(row[1], row[3]), row[1]);
        }
    }

    /// <summary>Pa is a pascal and no petayear, cd a candela and no centiday: such clashes are few and known.</summary>
    [Fact]
    public void Where_a_prefixed_unit_would_be_written_like_an_atom_the_atom_is_meant()
    {
        var rows = Table().ToList();
        var atoms = rows.Where(r => r[0] != "prefix").Select(r => r[1]).ToHashSet(StringComparer.Ordinal);
        var clashes = rows.Where(r => r[0] is "base" or "metric" or "arbitrary-metric")
            .SelectMany(a => rows.Where(r => r[0] == "prefix").Select(p => p[1] + a[1])).Where(atoms.Contains).Order(StringComparer.Ordinal);
        Assert.Equal([], clashes);
    }

    [Fact]
    public void Converting_there_and_back_gives_the_value()
    {
        var gen = from kind in Gen.Elements(Kinds)
                  from a in Gen.Elements(kind)
                  from b in Gen.Elements(kind)
                  from value in Gen.Choose(-1_000_000, 1_000_000)
                  select (a, b, value: value / 1000m);
        Prop.ForAll(gen.ToArbitrary(), c =>
        {
            Assert.True(Ucum.TryConvert(c.value, c.a, c.b, out var there), $"{c.a} {c.b}");
            Assert.True(Ucum.TryConvert(there, c.b, c.a, out var back));
            Assert.True(c.value == 0 ? back == 0 : Math.Abs(back - c.value) <= Math.Abs(c.value) * 0.0000001m || there == Math.Round(there, 28), $"{c.value} {c.a} = {there} {c.b} = {back} {c.a}");
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Units_of_a_kind_are_comparable_and_those_of_two_kinds_are_not()
    {
        foreach (var kind in Kinds)
            Assert.All(kind, u => Assert.True(Ucum.AreComparable(kind[0], u), u));
        var distinct = Kinds.Where(k => k[0] is not ("10*3/uL" or "mL/min/{1.73_m2}")).ToList();
        for (var i = 0; i < distinct.Count; i++)
            for (var j = i + 1; j < distinct.Count; j++)
                Assert.False(Ucum.AreComparable(distinct[i][0], distinct[j][0]), distinct[i][0] + " " + distinct[j][0]);
    }

    [Fact]
    public void Multiplying_dividing_and_inverting_keep_the_laws_of_dimensions()
    {
        var units = Kinds.SelectMany(k => k).Where(u => u is not ("rad" or "K") && !u.StartsWith('/')).ToArray();
        var gen = from a in Gen.Elements(units) from b in Gen.Elements(units) select (a, b);
        Prop.ForAll(gen.ToArbitrary(), c =>
        {
            var (a, b) = ($"({c.a})", $"({c.b})");
            Assert.True(Same($"{a}.{b}", $"{b}.{a}"), $"{a} {b} commute");
            Assert.True(Same($"{a}/{b}/{a}", $"/{b}"), $"{a} {b} cancel");
            Assert.True(Same($"{a}.{a}/{a}", a), $"{a} square");
            Assert.True(Same($"/(/{a})".Replace("(/", "(1/", StringComparison.Ordinal), a), $"{a} twice inverted");
        }).QuickCheckThrowOnFailure();

        static bool Same(string left, string right) => Ucum.AreComparable(left, right);
    }

    [Fact]
    public void Equal_quantities_have_one_canonical_form()
    {
        Assert.True(Ucum.TryCanonicalize(4m, "g", out var left, out var leftUnit));
        Assert.True(Ucum.TryCanonicalize(4000.00m, "mg", out var right, out var rightUnit));
        Assert.Equal((left, leftUnit), (right, rightUnit));
        Assert.Equal("4", left.ToString(CultureInfo.InvariantCulture));
        Assert.True(Ucum.TryCanonicalize(100m, "mg/dL", out var density, out var term));
        Assert.Equal((1000m, "g.m-3"), (density, term));
        Assert.True(Ucum.TryCanonicalize(50m, "%", out var half, out var one));
        Assert.Equal((0.5m, "1"), (half, one));
        Assert.True(Ucum.TryCanonicalize(37m, "Cel", out var kelvin, out var unit));
        Assert.Equal((310.15m, "K"), (kelvin, unit));
        Assert.False(Ucum.TryCanonicalize(1m, "mgs", out _, out _));
    }

    [Fact]
    public void Deep_or_long_input_is_refused()
    {
        Assert.False(Ucum.IsValid(new string('(', 100_000)));
        Assert.False(Ucum.IsValid(new string('(', 100) + "m" + new string(')', 100)));
        Assert.False(Ucum.IsValid(string.Join('.', Enumerable.Repeat("m", 1000))));
        Assert.False(Ucum.TryConvert(1, string.Join('.', Enumerable.Repeat("Ym99", 100)), "m", out _));
    }

    [Fact]
    public void Units_that_fhir_publishes_are_valid()
    {
        var sets = SharedPackages.Set(SharedPackages.R4, SharedPackages.Expansions);
        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var package in sets.Packages)
            foreach (var url in package.ValueSetUrls)
            {
                var set = package.FindValueSet(url)!;
                codes.UnionWith(set.Includes.Where(i => i.System == "http://unitsofmeasure.org").SelectMany(i => i.Concepts).Select(c => c.Code));
                codes.UnionWith((set.Expansion.IsDefault ? [] : set.Expansion).Where(c => c.System == "http://unitsofmeasure.org").Select(c => c.Code));
            }
        Assert.InRange(codes.Count, 1000, 5000);
        Assert.All(codes, c => Assert.True(Ucum.IsValid(c) && Ucum.AreComparable(c, c), c));
    }

    private static IEnumerable<string[]> Table()
    {
        using var stream = typeof(Ucum).Assembly.GetManifestResourceStream("ucum.tsv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith('#')).Select(l => l.Split('\t'))];
    }
}

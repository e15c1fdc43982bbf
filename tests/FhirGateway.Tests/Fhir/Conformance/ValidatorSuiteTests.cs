using System.Globalization;
using FhirGateway.Host.Commands;

namespace FhirGateway.Tests.Fhir.Conformance;

/// <summary>The suite of the reference validator: the same verdict, any error or none.</summary>
public sealed class ValidatorSuiteTests
{
    private const string Suite = "fhir/test-cases/validator/";

    /// <summary>Four of the 126 contradict another run of the same content, which the reference makes with other settings: 122 is the most.</summary>
    private const double LeastBase = 0.944;
    private const double LeastProfile = 0.90;
    private const string Disagreements = "validator-disagreements.tsv";
    private readonly ValidateRig rig = new();

    [Fact]
    public async Task The_verdict_is_that_of_the_reference_validator_or_the_table_says_who_is_right()
    {
        var cases = Cases();
        await RunAsync(cases);
        ValidateRig.Keep("validator-suite.tsv", cases.Where(c => !c.Agrees).SelectMany(Report)
            .Prepend($"base {Share(cases, "base")}, profile {Share(cases, "profile")}"));
        var found = cases.Where(c => !c.Agrees).Select(c => $"{c.Name}\t{c.Run}\t{Verdict(c.HasErrors)}\t{Verdict(c.ReferenceErrors > 0)}");
        var listed = ValidateRig.Table(Disagreements).Select(r => string.Join('\t', r[..4]));
        Assert.Equal(listed.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.All(ValidateRig.Table(Disagreements), r => Assert.True(r.Length == 6 && r[4] is "ours" or "theirs" or "open" && r[5].Length > 20, string.Join(' ', r)));
        Assert.InRange(Agreement(cases, "base"), LeastBase, 1);
        Assert.InRange(Agreement(cases, "profile"), LeastProfile, 1);
    }

    private static string Verdict(bool hasErrors) => hasErrors ? "error" : "none";

    private static double Agreement(List<Case> cases, string run) => cases.Where(c => c.Run == run).Average(c => c.Agrees ? 1.0 : 0.0);

    private static string Share(List<Case> cases, string run) =>
        string.Create(CultureInfo.InvariantCulture, $"{cases.Count(c => c.Run == run && c.Agrees)}/{cases.Count(c => c.Run == run)} = {Agreement(cases, run):0.000}");

    /// <summary>Cases that need the same definitions run together.</summary>
    private async Task RunAsync(List<Case> cases)
    {
        foreach (var group in cases.GroupBy(c => string.Join('|', [.. c.Request.Packages, "", .. c.Request.Definitions, "", .. c.Request.Profiles])))
        {
            var members = group.DistinctBy(c => c.File).ToList();
            var outcomes = await rig.RunAsync(members[0].Request with { Files = [.. members.Select(c => c.File)] });
            Assert.Equal(members.Count, outcomes.Count);
            foreach (var one in group)
                one.Found = outcomes[members.FindIndex(m => m.File == one.File)];
        }
    }

    private static List<Case> Cases()
    {
        var lines = File.ReadAllLines(SharedSamples.Path(Suite + "cases.tsv"));
        Assert.StartsWith("name\trun\tfile\tmodule\tjava_errors", lines[0], StringComparison.Ordinal);
        return [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => new Case(l.Split('\t')))];
    }

    private static IEnumerable<string> Report(Case one)
    {
        yield return $"{one.Name}\t{one.Run}\t{Verdict(one.HasErrors)}\t{Verdict(one.ReferenceErrors > 0)}\t{Path.GetFileName(one.File)}";
        foreach (var line in one.Found.Where(f => f.IsError).Take(8))
            yield return "    ours:   " + line;
        foreach (var line in OutcomeLine.Read(File.ReadAllText(one.Outcome)).Where(f => f.IsError).Take(8))
            yield return "    theirs: " + line.Expression + ": " + line.Message;
    }

    private sealed class Case(string[] fields)
    {
        public string Name => fields[0];
        public string Run => fields[1];
        public string File { get; } = Input(fields[2]);
        public int ReferenceErrors { get; } = int.Parse(fields[4], CultureInfo.InvariantCulture);
        public string Outcome { get; } = SharedSamples.Path(Suite + "outcomes/" + Path.GetFileName(fields[7]));
        public ValidationRequest Request { get; } = new()
        {
            Packages = [ValidateRig.R4, .. Split(fields[8]).Select(Package)],
            Definitions = [.. Split(fields[10]).Select(Input)],
            Profiles = [.. Split(fields[9]).Select(p => p.Contains("://", StringComparison.Ordinal) ? p : Input(p))],
            Files = [],
        };
        public List<OutcomeLine> Found { get; set; } = [];
        public bool HasErrors => Found.Exists(f => f.IsError);
        public bool Agrees => HasErrors == ReferenceErrors > 0;

        private static string[] Split(string field) => field.Split(',', StringSplitOptions.RemoveEmptyEntries);

        private static string Input(string name) => SharedSamples.Path(Suite + "files/" + name);

        private static string Package(string name) => name == "hl7.fhir.us.core#3.1.1"
            ? SharedSamples.Path("fhir/packages/us_core_311.tgz")
            : throw new InvalidOperationException($"no file is known for {name}");
    }
}

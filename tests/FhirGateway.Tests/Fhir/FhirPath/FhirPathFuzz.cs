using System.Diagnostics;
using System.Text;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Tests.Fhir.FhirPath;

/// <summary>
/// Random expressions on random resources. Self-contained, so that the benchmarks run it for long:
/// <c>dotnet run -c Release --project tests/FhirGateway.Benchmarks -- fuzz-fhirpath 10000000 [SEED]</c>.
/// </summary>
public static class FhirPathFuzz
{
    private static readonly string[] Names =
    [
        "Patient", "Bundle", "name", "given", "family", "value", "extension", "id", "birthDate", "deceased", "telecom", "system", "entry", "resource",
        "fullUrl", "contained", "reference", "code", "coding", "text", "div", "period", "start", "end", "`given`", "$this", "$index", "$total",
        "%resource", "%context", "%rootResource", "%ucum", "%`vs-x`", "identifier", "active", "multipleBirth", "link", "other",
    ];

    private static readonly string[] Literals =
    [
        "1", "0", "2147483647", "1.50", "0.000000001", "79228162514264337593543950335.0", "'a'", "''", "'(a+)+$'", "'\\u00e9\\n'", "true", "false", "{}",
        "@2012", "@2012-02-29T23:59:60.123+14:00", "@9999-12-31T23:59:59.999", "@0001-01-01", "@T14:30", "4 days", "10 'mg'", "1 year", "400 'Cel'", "2 weeks",
        "28", "-5", "'%'", "'Patient'", "'http://hl7.org/fhir/StructureDefinition/Patient'",
    ];

    private static readonly string[] Operators =
        ["and", "or", "xor", "implies", "=", "!=", "~", "!~", "<", "<=", ">", ">=", "+", "-", "*", "/", "div", "mod", "&", "|", "in", "contains"];

    private static readonly (string Name, int Arguments)[] Functions =
    [
        ("exists", 0), ("exists", 1), ("empty", 0), ("not", 0), ("where", 1), ("select", 1), ("all", 1), ("repeat", 1), ("aggregate", 2), ("iif", 3),
        ("count", 0), ("distinct", 0), ("isDistinct", 0), ("allTrue", 0), ("anyFalse", 0), ("subsetOf", 1), ("supersetOf", 1), ("first", 0), ("last", 0),
        ("tail", 0), ("skip", 1), ("take", 1), ("single", 0), ("intersect", 1), ("exclude", 1), ("union", 1), ("combine", 1), ("children", 0),
        ("descendants", 0), ("toString", 0), ("toInteger", 0), ("toDecimal", 0), ("toDate", 0), ("toDateTime", 0), ("toTime", 0), ("toQuantity", 0),
        ("toBoolean", 0), ("convertsToQuantity", 0), ("convertsToDateTime", 0), ("indexOf", 1), ("lastIndexOf", 1), ("substring", 2), ("startsWith", 1),
        ("endsWith", 1), ("contains", 1), ("upper", 0), ("lower", 0), ("replace", 2), ("matches", 1), ("matchesFull", 1), ("replaceMatches", 2),
        ("length", 0), ("toChars", 0), ("encode", 1), ("decode", 1), ("escape", 1), ("unescape", 1), ("trim", 0), ("split", 1), ("join", 1), ("abs", 0),
        ("ceiling", 0), ("exp", 0), ("floor", 0), ("ln", 0), ("log", 1), ("power", 1), ("round", 1), ("sqrt", 0), ("truncate", 0), ("trace", 1), ("now", 0),
        ("today", 0), ("timeOfDay", 0), ("sort", 1), ("lowBoundary", 0), ("highBoundary", 0), ("lowBoundary", 1), ("highBoundary", 1), ("precision", 0),
        ("comparable", 1), ("type", 0), ("extension", 1), ("hasValue", 0), ("getValue", 0), ("resolve", 0), ("memberOf", 1), ("conformsTo", 1),
        ("htmlChecks", 0), ("checkModifiers", 1), ("subsumes", 1), ("elementDefinition", 0), ("slice", 2), ("nonesuch", 1),
    ];

    private static readonly string[] Types = ["Quantity", "String", "string", "code", "Patient", "System.Integer", "FHIR.HumanName", "Period", "Nonesuch", "Element"];

    /// <summary>Runs cases and returns what was seen. An exception, or a case that takes longer than its limit allows, ends it.</summary>
    /// <param name="seed">The same seed gives the same cases.</param>
    /// <param name="count">How many.</param>
    /// <param name="corpus">Expressions to mutate, beside those that are made up.</param>
    public static FhirPathFuzzReport Run(int seed, long count, IReadOnlyList<string>? corpus = null)
    {
        var random = new Random(seed);
        var limits = new FhirPathLimits { Steps = 100_000, Items = 20_000, TextBytes = 1 << 20, Time = TimeSpan.FromSeconds(1) };
        var evaluator = new FhirPathEvaluator(limits: limits);
        var tape = new JsonTape();
        var report = new FhirPathFuzzReport();
        for (var i = 0L; i < count; i++)
        {
            if (i % 16 == 0)
                Assume(tape.Read(Resource(random)).IsNone);
            var text = Text(random, corpus);
            var start = Stopwatch.GetTimestamp();
            try
            {
                report = One(evaluator, tape, text, report);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, case {i}: {text}", e);
            }
            var time = Stopwatch.GetElapsedTime(start);
            if (time > report.Slowest)
                report = report with { Slowest = time, SlowestText = text };
            if (time > TimeSpan.FromSeconds(20))
                throw new InvalidOperationException($"seed {seed}, case {i} took {time}: {text}");
        }
        return report with { Cases = count };
    }

    private static FhirPathFuzzReport One(FhirPathEvaluator evaluator, JsonTape tape, string text, FhirPathFuzzReport report)
    {
        if (!FhirPathExpression.TryCompile(text, out var expression, out var fault))
        {
            Assume(fault.Position >= 0 && fault.Position <= text.Length);
            return report;
        }
        expression.CheckTypes("Patient");
        evaluator.Start(tape);
        var outcome = evaluator.Evaluate(expression);
        var root = evaluator.Root;
        var verdict = evaluator.Check(expression, root, root, root);
        Assume(verdict != FhirPathVerdict.Faulted || evaluator.LastFault is not null);
        return report with { Compiled = report.Compiled + 1, Faulted = report.Faulted + (outcome.Fault is null ? 0 : 1) };
    }

    private static string Text(Random random, IReadOnlyList<string>? corpus) => random.Next(4) switch
    {
        0 => Soup(random),
        1 when corpus is { Count: > 0 } => Mutate(random, corpus[random.Next(corpus.Count)]),
        2 => Mutate(random, Tree(random, 4)),
        _ => Tree(random, 6),
    };

    /// <summary>Tokens in no order.</summary>
    private static string Soup(Random random)
    {
        string[] marks = ["(", ")", "[", "]", "{", "}", ".", ",", "'", "`", "\"", "/*", "*/", "//", "@", "%", "$", "\\", "is", "as", "\0", "é", "\ud83d"];
        var text = new StringBuilder();
        for (var n = random.Next(1, 30); n > 0; n--)
        {
            text.Append(random.Next(5) switch
            {
                0 => Pick(random, Names),
                1 => Pick(random, Literals),
                2 => Pick(random, Operators),
                3 => Functions[random.Next(Functions.Length)].Name + "(",
                _ => Pick(random, marks),
            });
            if (random.Next(2) == 0)
                text.Append(' ');
        }
        return text.ToString();
    }

    /// <summary>An expression that most often compiles.</summary>
    private static string Tree(Random random, int depth)
    {
        if (depth == 0)
            return random.Next(2) == 0 ? Pick(random, Names) : Pick(random, Literals);
        switch (random.Next(8))
        {
            case 0:
                return Pick(random, Names);
            case 1:
                return $"({Tree(random, depth - 1)}) {Pick(random, Operators)} ({Tree(random, depth - 1)})";
            case 2:
                return $"({Tree(random, depth - 1)}).{Pick(random, ["is", "as", "ofType"])}({Pick(random, Types)})";
            case 3:
                return $"{Tree(random, depth - 1)}[{random.Next(3)}]";
            case 4:
                return $"{Pick(random, Names)}.{Pick(random, Names)}";
            default:
                var (name, arguments) = Functions[random.Next(Functions.Length)];
                var list = string.Join(", ", Enumerable.Range(0, arguments).Select(_ => Tree(random, depth - 1)));
                return $"({Tree(random, depth - 1)}).{name}({list})";
        }
    }

    private static string Mutate(Random random, string text)
    {
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(text.Length + 1);
            var length = random.Next(Math.Min(8, text.Length - at) + 1);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, text.Substring(at, length)),
                2 => text.Insert(at, Pick(random, Literals)),
                _ => text.Insert(at, ((char)random.Next(1, 128)).ToString()),
            };
        }
        return text;
    }

    private static byte[] Resource(Random random)
    {
        var json = new StringBuilder();
        Object(random, json, 4, random.Next(6) == 0 ? null : Pick(random, ["Patient", "Bundle", "Observation", "Parameters", "Nonesuch"]));
        return Encoding.UTF8.GetBytes(json.ToString());
    }

    private static void Object(Random random, StringBuilder json, int depth, string? type)
    {
        json.Append('{');
        var used = new HashSet<string>(StringComparer.Ordinal);
        if (type is not null)
            json.Append($"\"resourceType\":\"{type}\"");
        string[] names =
        [
            "name", "_name", "given", "_given", "birthDate", "_birthDate", "id", "extension", "url", "valueString", "valueQuantity", "valueDateTime", "_valueDateTime",
            "value", "code", "unit", "system", "contained", "entry", "resource", "fullUrl", "reference", "link", "other", "text", "div", "period", "start", "end",
            "active", "deceasedBoolean", "deceasedDateTime", "identifier", "coding", "managingOrganization", "generalPractitioner", "multipleBirthInteger",
        ];
        for (var n = random.Next(7); n > 0; n--)
        {
            var name = Pick(random, names);
            if (!used.Add(name))
                continue;
            if (json[^1] != '{')
                json.Append(',');
            json.Append($"\"{name}\":");
            Value(random, json, depth - 1, name);
        }
        json.Append('}');
    }

    private static void Value(Random random, StringBuilder json, int depth, string name)
    {
        string[] scalars =
        [
            "\"a\"", "\"Patient/1\"", "\"#1\"", "\"#\"", "\"urn:uuid:x\"", "\"2012-02-30\"", "\"2012\"", "\"2012-02-29T10:00:00Z\"", "\"<div xmlns='x'>\"", "\"\"",
            "1", "-0.0", "1.50", "1e400", "123456789012345678901234567890", "true", "false", "null", "\"\\u00e9\\n\"", "\"mg\"", "\"http://unitsofmeasure.org\"", "\"1\"",
        ];
        var choice = depth <= 0 ? 0 : random.Next(4);
        if (choice < 2)
        {
            json.Append(Pick(random, scalars));
            return;
        }
        if (choice == 2)
        {
            Object(random, json, depth, name is "resource" or "contained" ? "Patient" : null);
            return;
        }
        json.Append('[');
        for (var n = random.Next(4); n > 0; n--)
        {
            Value(random, json, depth - 1, name);
            if (n > 1)
                json.Append(',');
        }
        json.Append(']');
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];

    private static void Assume(bool condition)
    {
        if (!condition)
            throw new InvalidOperationException("The case broke a promise of the interface.");
    }
}

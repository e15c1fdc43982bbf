using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FhirGateway.Fhir.BuiltIn;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Host.Commands;

/// <summary><c>fhirpath</c>: an expression on resources, without a store.</summary>
internal static class FhirPathCommand
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(Session session)
    {
        var command = new Verb("fhirpath", "Evaluates a FHIRPath expression: a JSON array of {\"type\",\"value\"} for each resource",
            "fhirpath \"Patient.name.where(use = 'official').family\" patient.json",
            "fhirpath \"item.adjudication.amount.value.sum()\" claims.ndjson",
            "fhirpath \"Bundle.entry.resource.ofType(Encounter).status\" - < bundle.json");
        var expression = new Argument<string>("EXPR") { Description = "An expression of FHIRPath with the functions of FHIR R4" };
        var file = new Argument<string>("FILE") { Description = "One JSON or XML resource, or NDJSON; also gzip; - reads standard input" };
        command.Add(expression);
        command.Add(file);
        command.SetAction((parsed, cancellationToken) => RunAsync(session, Compile(parsed.GetRequiredValue(expression)), parsed.GetRequiredValue(file), cancellationToken));
        return command;
    }

    private static FhirPathExpression Compile(string text) => FhirPathExpression.TryCompile(text, out var expression, out var fault)
        ? expression
        : throw new VerbFault(Explain(fault));

    private static string Explain(FhirPathFault fault) => $"The expression fails at character {fault.Position + 1}: {fault.Message}";

    private static async Task<int> RunAsync(Session session, FhirPathExpression expression, string file, CancellationToken cancellationToken)
    {
        await using var stream = session.Open(file);
        var evaluator = new FhirPathEvaluator(memberOf: BuiltInMembership());
        var tape = new JsonTape();
        var line = new ArrayBufferWriter<byte>();
        var exit = ExitCodes.Fine;
        await foreach (var resource in ResourceInput.ReadAsync(file, stream, cancellationToken))
        {
            if (Unreadable(resource, tape) is { } why)
            {
                await session.Error.WriteLineAsync($"{file}: {why}");
                exit = ExitCodes.Findings;
                continue;
            }

            evaluator.Start(tape);
            var outcome = evaluator.Evaluate(expression);
            if (outcome.Fault is { } fault)
            {
                await session.Error.WriteLineAsync($"{file}: line {resource.Line}: {Explain(fault)}");
                exit = ExitCodes.Findings;
                continue;
            }

            if (outcome.IsIncomplete)
                await session.Error.WriteLineAsync($"{file}: line {resource.Line}: a value set, a profile or the target of a reference is not at hand; what depends on it is left out");
            line.ResetWrittenCount();
            Write(line, outcome.Items);
            await session.Output.WriteLineAsync(Encoding.UTF8.GetString(line.WrittenSpan));
        }

        await session.Output.FlushAsync(cancellationToken);
        return exit;
    }

    private static string? Unreadable(ResourceText resource, JsonTape tape)
    {
        if (resource.Fault is { } fault)
            return $"line {fault.Place.Line}, column {fault.Place.Column}: {fault.Issue.Message}";
        var broken = tape.Read(resource.Json);
        if (broken.IsNone)
            return null;
        var place = ResourceCheck.PlaceOf(broken, resource);
        return $"line {place.Line}, column {place.Column}: {ResourceValidator.Explain(broken.Code)}";
    }

    private static void Write(ArrayBufferWriter<byte> line, IReadOnlyList<FhirPathResult> items)
    {
        using var writer = new Utf8JsonWriter(line, Readable);
        writer.WriteStartArray();
        foreach (var item in items)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, NameOf(item));
            writer.WritePropertyName("value"u8);
            writer.WriteRawValue(Compact(item.Json), skipInputValidation: true);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>A Boolean of FHIRPath and a boolean of FHIR are one to whoever reads the result; only Quantity has one name in both.</summary>
    private static string NameOf(FhirPathResult item) =>
        item.IsSystem && item.TypeName != "Quantity" ? char.ToLowerInvariant(item.TypeName[0]) + item.TypeName[1..] : item.TypeName;

    /// <summary>One line: line ends stand between tokens only, for within a string JSON escapes them.</summary>
    private static string Compact(string json) => json.Replace('\r', ' ').Replace('\n', ' ');

    private static CodeMembership BuiltInMembership()
    {
        var terminology = new Lazy<TerminologyTables>(() => new(BuiltInPackages.All));
        return (valueSet, system, code, hasSystem) =>
        {
            var set = terminology.Value.Find(valueSet);
            return hasSystem ? set.Check(system, code) : set.CheckCode(code);
        };
    }
}

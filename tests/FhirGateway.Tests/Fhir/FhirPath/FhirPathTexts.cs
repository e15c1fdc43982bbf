using System.Text;
using FhirGateway.Fhir.FhirPath;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Terminology;

namespace FhirGateway.Tests.Fhir.FhirPath;

/// <summary>Expressions and resources given as text.</summary>
internal static class FhirPathTexts
{
    public static FhirPathExpression Compile(string text)
    {
        Assert.True(FhirPathExpression.TryCompile(text, out var expression, out var fault), $"{fault}: {text}");
        return expression;
    }

    public static FhirPathEvaluator On(string json, CodeMembership? memberOf = null, FhirPathLimits? limits = null)
    {
        var tape = new JsonTape();
        Assert.True(tape.Read(Encoding.UTF8.GetBytes(json)).IsNone, json);
        var evaluator = new FhirPathEvaluator(memberOf: memberOf, limits: limits);
        evaluator.Start(tape);
        return evaluator;
    }

    /// <summary>The values of the result, as JSON, joined by commas; <c>fault</c> if there is none.</summary>
    public static string Evaluate(string expression, string json = """{"resourceType":"Patient"}""")
    {
        var outcome = On(json).Evaluate(Compile(expression));
        return outcome.Fault is null ? string.Join(", ", outcome.Items.Select(i => i.Json)) : "fault";
    }

    public static FhirPathVerdict Check(this FhirPathEvaluator evaluator, string expression)
    {
        var root = evaluator.Root;
        return evaluator.Check(Compile(expression), root, root, root);
    }
}

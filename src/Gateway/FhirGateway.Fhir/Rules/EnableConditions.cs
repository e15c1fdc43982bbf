using System.Globalization;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>Whether an item of a Questionnaire is enabled by the answers given so far (questionnaire.html, enableWhen).</summary>
internal sealed class EnableConditions(JsonTape questions, JsonTape response, int root)
{
    public bool IsEnabled(int item)
    {
        var any = questions.Is(questions.Find(item, "enableBehavior"u8), "any"u8);
        var (count, good) = (0, 0);
        foreach (var condition in questions.Items(item, "enableWhen"u8))
        {
            count++;
            good += Holds(condition) ? 1 : 0;
        }
        return count == 0 || (any ? good > 0 : good == count);
    }

    private bool Holds(int condition)
    {
        var question = questions.FindText(condition, "question"u8);
        var op = questions.FindText(condition, "operator"u8);
        var expected = questions.FindChoice(condition, "answer"u8);
        if (question is null || op is null || expected < 0)
            return true;
        var answers = new List<int>();
        Collect(root, question, answers);
        if (op == "exists")
            return answers.Count > 0 == (questions[expected].Kind == JsonKind.True);
        return op == "!=" ? answers.Count > 0 && !answers.Exists(a => Compare(a, expected) == 0) : answers.Exists(a => Holds(op, Compare(a, expected)));
    }

    private static bool Holds(string op, int? order) => order is { } value && op switch
    {
        "=" => value == 0,
        ">" => value > 0,
        "<" => value < 0,
        ">=" => value >= 0,
        "<=" => value <= 0,
        _ => true,
    };

    private void Collect(int owner, string question, List<int> answers)
    {
        foreach (var item in response.Items(owner, "item"u8))
        {
            var isMeant = response.FindText(item, "linkId"u8) == question;
            foreach (var answer in response.Items(item, "answer"u8))
            {
                if (isMeant && response.FindChoice(answer, "value"u8) is >= 0 and var value)
                    answers.Add(value);
                Collect(answer, question, answers);
            }
            Collect(item, question, answers);
        }
    }

    /// <summary>The order of an answer and what is expected; null where there is none. Codings are the same or not.</summary>
    private int? Compare(int answer, int expected)
    {
        var (left, right) = (response[answer].Kind, questions[expected].Kind);
        if (left == JsonKind.Object && right == JsonKind.Object)
            return CompareObjects(answer, expected);
        if (left is JsonKind.True or JsonKind.False)
            return left == right ? 0 : 1;
        if (left is JsonKind.Object || right is JsonKind.Object)
            return null;
        var (a, b) = (response.Text(answer), questions.Text(expected));
        return left == JsonKind.Number && decimal.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
            && decimal.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var y) ? x.CompareTo(y) : Math.Sign(string.CompareOrdinal(a, b));
    }

    private int? CompareObjects(int answer, int expected)
    {
        if (response.Find(answer, "value"u8) is >= 0 and var value && questions.Find(expected, "value"u8) is >= 0 and var other
            && decimal.TryParse(response.Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
            && decimal.TryParse(questions.Text(other), NumberStyles.Float, CultureInfo.InvariantCulture, out var y))
            return response.FindText(answer, "code"u8) == questions.FindText(expected, "code"u8) ? x.CompareTo(y) : null;
        return response.FindText(answer, "code"u8) == questions.FindText(expected, "code"u8)
            && response.FindText(answer, "system"u8) == questions.FindText(expected, "system"u8)
            && response.FindText(answer, "reference"u8) == questions.FindText(expected, "reference"u8) ? 0 : 1;
    }
}

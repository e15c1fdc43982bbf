using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>The conditions of a Questionnaire lead to other questions (questionnaire.html, enableWhen).</summary>
internal sealed class QuestionnaireRules
{
    private readonly Dictionary<string, int> items = new(StringComparer.Ordinal);
    private RuleReport report = null!;
    private JsonTape tape = null!;

    public void Check(RuleReport target, int questionnaire)
    {
        (report, tape) = (target, target.Tape);
        items.Clear();
        Collect(questionnaire);
        CheckItems(questionnaire);
    }

    private void Collect(int owner)
    {
        foreach (var item in tape.Items(owner, "item"u8))
        {
            if (tape.FindText(item, "linkId"u8) is { } id)
                items.TryAdd(id, item);
            Collect(item);
        }
    }

    private void CheckItems(int owner)
    {
        foreach (var item in tape.Items(owner, "item"u8))
        {
            foreach (var condition in tape.Items(item, "enableWhen"u8))
                CheckCondition(item, tape.Find(condition, "question"u8));
            CheckItems(item);
        }
    }

    private void CheckCondition(int item, int question)
    {
        if (!tape.IsString(question))
            return;
        if (!items.TryGetValue(tape.Text(question), out var target))
            report.Error(question, "business-rule", "questionnaire-enable-missing", "No item has this linkId");
        else if (target == item)
            report.Error(question, "business-rule", "questionnaire-enable-self", "An item cannot depend on its own answer");
        else if (target > item && target < tape[item].Next)
            report.Error(question, "business-rule", "questionnaire-enable-inner", "An item cannot depend on one within it");
        else if (target > item)
            report.Warning(question, "business-rule", "questionnaire-enable-later", "The item depends on one that is asked later");
    }
}

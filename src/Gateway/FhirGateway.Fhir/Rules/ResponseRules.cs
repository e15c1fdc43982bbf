using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.Rules;

/// <summary>A QuestionnaireResponse answers its Questionnaire, if that is contained or in a package (questionnaireresponse.html).</summary>
internal sealed class ResponseRules(DefinitionLookup definitions)
{
    private RuleReport report = null!;
    private JsonTape tape = null!;
    private JsonTape questions = null!;
    private EnableConditions conditions = null!;
    private int questionnaire;
    private bool isOpen;

    public void Check(RuleReport target, int response)
    {
        (report, tape) = (target, target.Tape);
        var name = tape.FindText(response, "questionnaire"u8);
        if (name is null || !FindQuestionnaire(response, name))
            return;
        isOpen = tape.Is(tape.Find(response, "status"u8), "in-progress"u8);
        conditions = new(questions, tape, response);
        CheckItems(questionnaire, response);
    }

    private bool FindQuestionnaire(int response, string name)
    {
        if (!name.StartsWith('#'))
        {
            questionnaire = 0;
            return (questions = definitions.FindResource("Questionnaire", name)!) is not null;
        }
        questions = tape;
        foreach (var contained in tape.Items(response, "contained"u8))
            if (tape.Is(tape.Find(contained, "id"u8), Encoding.UTF8.GetBytes(name[1..])) && tape.Is(tape.Find(contained, "resourceType"u8), "Questionnaire"u8))
            {
                questionnaire = contained;
                return true;
            }
        return false;
    }

    /// <summary>The items of a group, of the whole or of an answer, in the order of the questions.</summary>
    private void CheckItems(int group, int owner)
    {
        var last = -1;
        foreach (var item in tape.Items(owner, "item"u8))
        {
            var id = tape.FindText(item, "linkId"u8);
            if (id is null)
                continue;
            var question = FindChild(group, id);
            if (question < 0)
            {
                question = FindBelow(questionnaire, id);
                report.Error(item, question < 0 ? "not-found" : "structure", question < 0 ? "response-unknown" : "response-place",
                    question < 0 ? "The questionnaire has no item with this linkId" : "The questionnaire has the item of this linkId at another place");
                continue;
            }
            if (question < last)
                report.Error(item, "structure", "response-order", "The items stand in another order than in the questionnaire");
            last = question;
        }
        foreach (var question in questions.Items(group, "item"u8))
            CheckQuestion(question, owner);
    }

    private void CheckQuestion(int question, int owner)
    {
        if (questions.FindText(question, "linkId"u8) is not { } id)
            return;
        var isEnabled = conditions.IsEnabled(question);
        var repeats = questions.Find(question, "repeats"u8) is >= 0 and var flag && questions[flag].Kind == JsonKind.True;
        var count = 0;
        foreach (var item in tape.Items(owner, "item"u8))
        {
            if (tape.FindText(item, "linkId"u8) != id || (!tape.Has(item, "answer"u8) && !tape.Has(item, "item"u8)))
                continue;
            if (++count == 2 && !repeats)
                report.Error(item, "invalid", "response-repeated", "The questionnaire allows this item once");
            if (!isEnabled)
                report.Error(item, "invalid", "response-disabled", "The answers given do not enable this item");
            CheckItem(question, item, repeats);
        }
        if (count == 0 && isEnabled && questions.Find(question, "required"u8) is >= 0 and var required && questions[required].Kind == JsonKind.True)
            ReportMissing(owner);
    }

    private void ReportMissing(int at)
    {
        const string Message = "A required item of the questionnaire has no answer";
        if (isOpen)
            report.Warning(at, "required", "response-missing", Message);
        else
            report.Error(at, "required", "response-missing", Message);
    }

    private void CheckItem(int question, int item, bool repeats)
    {
        var text = tape.Find(item, "text"u8);
        if (tape.IsString(text) && questions.FindText(question, "text"u8) != tape.Text(text))
            report.Error(text, "invalid", "response-text", "The text is not that of the questionnaire");
        var type = questions.FindText(question, "type"u8) ?? "";
        var count = 0;
        foreach (var answer in tape.Items(item, "answer"u8))
        {
            if (++count == 2 && !repeats)
                report.Error(answer, "invalid", "response-repeated", "The questionnaire allows one answer");
            if (type == "group")
                report.Error(answer, "structure", "response-group", "A group has items, not answers");
            else
            {
                CheckValue(question, type, answer);
                CheckItems(question, answer);
            }
        }
        if (type == "group")
            CheckItems(question, item);
        else if (tape.Has(item, "item"u8))
            report.Error(item, "structure", "response-group", "The items of a question stand within its answer; a display has none");
    }

    private void CheckValue(int question, string type, int answer)
    {
        var value = tape.FindChoice(answer, "value"u8);
        if (value < 0)
            return;
        var suffix = Encoding.UTF8.GetString(tape.Bytes(value - 1)[5..]);
        if (!AnswerTypes.Fits(type, suffix))
            report.Error(value, "structure", "response-type", $"The questionnaire asks for an answer of type {type}");
        else if (type == "choice" && questions.Has(question, "answerOption"u8) && !IsOption(question, value, suffix))
            report.Error(value, "code-invalid", "response-option", "The answer is none of the options of the questionnaire");
    }

    private bool IsOption(int question, int value, string suffix)
    {
        foreach (var option in questions.Items(question, "answerOption"u8))
        {
            var other = questions.FindChoice(option, "value"u8);
            if (other < 0 || !questions.Bytes(other - 1)[5..].SequenceEqual(Encoding.UTF8.GetBytes(suffix)))
                continue;
            var isSame = tape[value].Kind != JsonKind.Object
                ? tape.Text(value) == questions.Text(other)
                : tape.FindText(value, "code"u8) == questions.FindText(other, "code"u8) && tape.FindText(value, "system"u8) == questions.FindText(other, "system"u8);
            if (isSame)
                return true;
        }
        return false;
    }

    private int FindChild(int owner, string id)
    {
        foreach (var item in questions.Items(owner, "item"u8))
            if (questions.FindText(item, "linkId"u8) == id)
                return item;
        return -1;
    }

    private int FindBelow(int owner, string id)
    {
        var found = FindChild(owner, id);
        if (found >= 0)
            return found;
        foreach (var item in questions.Items(owner, "item"u8))
            if (FindBelow(item, id) is >= 0 and var inner)
                return inner;
        return -1;
    }
}

using System.Text;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

public sealed partial class ProfileValidator
{
    private void ReportUnknown(int name, ObjectPlan plan)
    {
        var text = tape.Bytes(name);
        if (plan.IsResource && text.SequenceEqual("resourceType"u8))
            return;
        Report(IssueSeverity.Error, "structure", "unknown-element", Printable(text), name, $"{plan.Name} has no element of this name");
    }

    private void Report(
        IssueSeverity severity, string code, string key, string? step, int node, string message, DefinitionSource? source = null)
    {
        if (quiet > 0)
        {
            hasFailed |= severity <= IssueSeverity.Error;
            return;
        }
        if (issues.Count >= MaxIssues)
            return;
        issues.Add(new(severity, code, key, Expression(step), message, node < tape.Count && node >= 0 ? tape[node].Start : -1) { Profile = source?.Profile });
    }

    private string Expression(string? step)
    {
        if (level == 1 && string.IsNullOrEmpty(step))
            return path[0].Step;
        var expression = new StringBuilder();
        for (var i = 0; i < level; i++)
            Append(expression, path[i].Step, path[i].Item);
        if (!string.IsNullOrEmpty(step))
            Append(expression, step, -1);
        return expression.ToString();
    }

    private static void Append(StringBuilder expression, string step, int item)
    {
        if (step.Length == 0)
            return;
        if (expression.Length > 0)
            expression.Append('.');
        expression.Append(step);
        if (item >= 0)
            expression.Append('[').Append(item).Append(']');
    }

    /// <summary>A name that is no element name could be anything, PHI too: it is not repeated.</summary>
    private static string Printable(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > 64)
            return "?";
        foreach (var b in name)
            if (!char.IsAsciiLetter((char)b) && b != '_')
                return "?";
        return Encoding.ASCII.GetString(name);
    }
}

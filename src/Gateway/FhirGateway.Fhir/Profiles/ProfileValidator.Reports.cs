using System.Runtime.CompilerServices;
using System.Text;
using FhirGateway.Fhir.Structure;

namespace FhirGateway.Fhir.Profiles;

public sealed partial class ProfileValidator
{
    private readonly TextPool pool = new();

    private void ReportUnknown(int name, ObjectPlan plan)
    {
        var text = tape.Bytes(name);
        if (plan.IsResource && text.SequenceEqual("resourceType"u8))
            return;
        Report(IssueSeverity.Error, "structure", "unknown-element", Printable(text), name, $"{plan.Name} has no element of this name");
    }

    private void Report(
        IssueSeverity severity, string code, string key, string? step, int node, string message, DefinitionSource? source = null, int item = -1)
    {
        // Nobody claimed that the resource is of this profile.
        if (severity == IssueSeverity.Error && chosen is not null && ReferenceEquals(source, chosen))
            severity = IssueSeverity.Warning;
        if (quiet > 0)
        {
            hasFailed |= severity <= IssueSeverity.Error && !(isDeclaring && level == 2 && step == "profile" && path[1].Step == "meta");
            return;
        }
        if (issues.Count >= MaxIssues)
            return;
        issues.Add(new(severity, code, key, Expression(step, item), message, node < tape.Count && node >= 0 ? tape[node].Start : -1) { Profile = source?.Profile });
    }

    /// <summary>Messages with a number in them come again as well: each is one string.</summary>
    private void Report(
        IssueSeverity severity, string code, string key, string? step, int node, ref DefaultInterpolatedStringHandler message, DefinitionSource? source = null, int item = -1)
    {
        Report(severity, code, key, step, node, quiet > 0 ? "" : pool.Get(message.Text), source, item);
        message.Clear();
    }

    private string Expression(string? step, int item)
    {
        if (level == 1 && string.IsNullOrEmpty(step))
            return path[0].Step;
        pool.Begin();
        for (var i = 0; i < level; i++)
            pool.Append(path[i].Step, path[i].Item);
        if (step is not null)
            pool.Append(step, item);
        return pool.End();
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

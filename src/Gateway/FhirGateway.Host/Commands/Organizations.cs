using System.Globalization;
using FhirGateway.Organizations;

namespace FhirGateway.Host.Commands;

/// <summary>Looks up what a command line names, and says what to do where it is unknown.</summary>
internal static class Organizations
{
    public static Source Source(this RunningGateway gateway, string id) =>
        gateway.Engine.Organizations.Value.FindSource(id)
        ?? throw new VerbFault($"There is no source '{id}'. Known: {List(gateway.Engine.Organizations.Value.Sources.Select(s => s.Id))}. Add it with ./gateway source add");

    public static Participant Participant(this RunningGateway gateway, string id) =>
        gateway.Engine.Organizations.Value.FindParticipant(id)
        ?? throw new VerbFault($"There is no participant '{id}'. Known: {List(gateway.Engine.Organizations.Value.Participants.Select(p => p.Id))}. Add it with ./gateway participant add");

    public static DateOnly? Date(string option, string? text)
    {
        if (text is null)
            return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new VerbFault($"{option} {text}: not a date; write yyyy-MM-dd");
    }

    public static string Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static string List(IEnumerable<string> ids)
    {
        var text = string.Join(", ", ids.Take(20));
        return text.Length == 0 ? "none" : text;
    }
}

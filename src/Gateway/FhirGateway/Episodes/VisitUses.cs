using System.Globalization;

namespace FhirGateway.Episodes;

/// <summary>
/// Parts the events of a visit number by the visits that it was used for: one after the other where numbers are used again, or side by
/// side where a clinic has one number for everybody. Of those side by side each patient's events are his own.
/// </summary>
/// <param name="rules">The feed's.</param>
/// <param name="patientOf">Whom a patient key leads to, if not to himself.</param>
internal sealed class VisitUses(EpisodeRules rules, Func<string, string>? patientOf)
{
    /// <summary>So many beside another at once are no corrections: the number is everybody's, and whoever else is heard of under it is one more.</summary>
    private const int ManyAtOnce = 2;
    private readonly List<VisitUse> uses = [];

    /// <summary>The first patient, and the latest use of his. Mostly there is no other.</summary>
    private (string? Patient, int Use) first = (null, -1);
    private Dictionary<string, int>? byPatient;

    /// <summary>By the time of admission as sent: the use of which it was said last. Kept from the second use on.</summary>
    private Dictionary<DateTimeOffset, int>? byAdmission;
    private int atOnce;
    private bool hasOnePatient;

    /// <summary>How many there are.</summary>
    public int Count => uses.Count;

    /// <summary>The use of every event, by number in the order of their first events; null if there is only one.</summary>
    /// <param name="events">In order.</param>
    public int[]? Part(ReadOnlySpan<EpisodeEvent> events)
    {
        int[]? parted = null;
        hasOnePatient = IsOnePatients(events);
        for (var i = 0; i < events.Length; i++)
        {
            var use = UseOf(events[i]);
            if (use > 0 && parted is null)
            {
                parted = new int[events.Length];
                byAdmission = [];
                for (var known = 0; known < i; known++)
                    RememberAdmission(events[known], 0);
            }
            if (parted is null)
                continue;
            parted[i] = use;
            RememberAdmission(events[i], use);
        }

        return parted;
    }

    private static bool IsOnePatients(ReadOnlySpan<EpisodeEvent> events)
    {
        foreach (var happened in events)
        {
            if (happened.PatientKey != events[0].PatientKey)
                return false;
        }

        return true;
    }

    private int UseOf(EpisodeEvent happened)
    {
        var act = EventActs.Of(happened.Trigger);
        var patient = hasOnePatient || patientOf is null ? happened.PatientKey : patientOf(happened.PatientKey);
        var (use, isStranger, isGuess) = Find(happened, patient);
        if (use < 0 || IsAnother(uses[use], happened, act, patient, isStranger, isGuess))
        {
            if (use >= 0 && isStranger && uses[use].IsOpen)
                atOnce++;
            uses.Add(new VisitUse(happened));
            use = uses.Count - 1;
        }

        uses[use].Take(happened, act, patient);
        Remember(patient, use);
        return use;
    }

    private bool IsAnother(VisitUse use, EpisodeEvent happened, EventAct act, string patient, bool isStranger, bool isGuess)
    {
        var isEverybodys = atOnce >= ManyAtOnce;
        if (!act.Begins())
            return isEverybodys && isGuess && act != EventAct.Neutral;
        if (use.IsPast(happened, act, patient, rules))
            return true;
        return isStranger ? use.BeganOtherwise(happened, act) : isEverybodys && use.BeganOnOtherDay(happened, act);
    }

    /// <summary>
    /// The use that an event may be of: the patient's latest; of one who was not heard of before that with his time of admission, else the
    /// latest of all, because he corrects whose it is.
    /// </summary>
    private (int Use, bool IsStranger, bool IsGuess) Find(EpisodeEvent happened, string patient)
    {
        if (patient == first.Patient)
            return (byPatient?[patient] ?? first.Use, false, false);
        if (byPatient is not null && byPatient.TryGetValue(patient, out var own))
            return (own, false, false);
        if (byAdmission is not null && happened.Admitted is { } admitted && byAdmission.TryGetValue(admitted.Instant, out var same))
            return (same, true, false);
        return (uses.Count - 1, true, true);
    }

    private void Remember(string patient, int use)
    {
        if (byPatient is null && (first.Patient is null || first.Patient == patient))
        {
            first = (patient, use);
            return;
        }

        byPatient ??= new Dictionary<string, int>(StringComparer.Ordinal) { [first.Patient!] = first.Use };
        byPatient[patient] = use;
    }

    private void RememberAdmission(EpisodeEvent happened, int use)
    {
        if (happened.Admitted is { } admitted)
            byAdmission![admitted.Instant] = use;
    }

    /// <summary>
    /// Key of a use: the number itself for the first one; the day it began tells the others apart, and who began it those of one day, so
    /// that what is heard late of one leaves the others' keys alone.
    /// </summary>
    /// <param name="first">Its first event.</param>
    /// <param name="known">The names of the later uses so far, and how often.</param>
    public static string KeyOf(EpisodeEvent first, Dictionary<string, int> known)
    {
        var day = first.At.Text is { Length: >= 10 } text ? text[..10] : first.Order.Time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var name = known.ContainsKey(day) ? $"{day}|{first.PatientKey}" : day;
        var count = known.GetValueOrDefault(name) + 1;
        known[name] = count;
        return count == 1 ? $"{first.VisitKey}|{name}" : $"{first.VisitKey}|{name}|{count}";
    }
}

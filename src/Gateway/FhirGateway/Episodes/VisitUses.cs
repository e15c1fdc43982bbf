using System.Globalization;

namespace FhirGateway.Episodes;

/// <summary>Splits the events of a visit number by the visits that it was used for.</summary>
internal static class VisitUses
{
    /// <summary>How many of the events, in order, are of the first use.</summary>
    public static int LengthOfFirst(ReadOnlySpan<EpisodeEvent> events, EpisodeRules rules)
    {
        var hasEnded = false;
        var isCalledOff = false;
        var isPlan = true;
        for (var i = 0; i < events.Length; i++)
        {
            var happened = events[i];
            var act = EventActs.Of(happened.Trigger);
            if (i > 0 && act.Begins())
            {
                var isSamePatient = happened.PatientKey == events[i - 1].PatientKey;
                if ((hasEnded || isCalledOff) && !isSamePatient)
                    return i;
                // An admission months after its preadmission is what it was made for.
                if (happened.Order.Time - events[i - 1].Order.Time >= rules.RecycleAfter && !(isPlan && !isCalledOff && isSamePatient))
                    return i;
                isCalledOff = false;
            }

            isCalledOff |= act.CallsOff();
            hasEnded = act != EventAct.CancelDischarge && (hasEnded || happened.Ends(act));
            isPlan &= act.IsCancel() || act is EventAct.Neutral or EventAct.PersonUpdate || happened.IsPlan(act);
        }

        return events.Length;
    }

    /// <summary>Key of a use: the number itself for the first one; the day it began tells the others apart.</summary>
    /// <param name="first">Its first event.</param>
    /// <param name="days">How many later uses began on a day so far.</param>
    public static string KeyOf(EpisodeEvent first, Dictionary<string, int> days)
    {
        var day = first.At.Text is { Length: >= 10 } text ? text[..10] : first.Order.Time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var count = days.GetValueOrDefault(day) + 1;
        days[day] = count;
        return count == 1 ? $"{first.VisitKey}|{day}" : $"{first.VisitKey}|{day}|{count}";
    }
}

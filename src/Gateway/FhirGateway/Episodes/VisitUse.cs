namespace FhirGateway.Episodes;

/// <summary>What is known of one use of a visit number, as far as its events were gone through.</summary>
internal sealed class VisitUse(EpisodeEvent first)
{
    /// <summary>Nobody corrects the time of an admission more often.</summary>
    private const int MostBeginnings = 64;

    /// <summary>Where no time of admission is sent: nobody corrects whose the visit is by another admission so much later.</summary>
    private static readonly TimeSpan LatestCorrection = TimeSpan.FromDays(1);
    private readonly List<Moment> beginnings = [];
    private Moment? end;
    private bool isCalledOff;
    private bool isPlan = true;
    private DateTimeOffset lastTime = first.Order.Time;
    private string? lastPatient;

    public bool IsOpen => end is null && !isCalledOff;

    public void Take(EpisodeEvent happened, EventAct act, string patient)
    {
        isCalledOff = act.CallsOff() || (isCalledOff && !act.Begins());
        if (happened.Ends(act))
            end = happened.Discharged ?? happened.At;
        else if (act == EventAct.CancelDischarge)
            end = null;
        isPlan &= act.IsCancel() || act is EventAct.Neutral or EventAct.PersonUpdate || happened.IsPlan(act);
        (lastTime, lastPatient) = (happened.Order.Time, patient);
        if (BeginningOf(happened, act) is { } begins && beginnings.Count < MostBeginnings && (beginnings.Count == 0 || beginnings[^1] != begins))
            beginnings.Add(begins);
    }

    /// <summary>Whether what begins now cannot be this visit, whoever comes: it is over, or nothing was heard of it for long.</summary>
    public bool IsPast(EpisodeEvent happened, EventAct act, string patient, EpisodeRules rules)
    {
        var isSamePatient = patient == lastPatient;
        if (!IsOpen && !isSamePatient)
            return true;
        // He came again; an admission that is only sent again says the same time as before.
        if (end is { } over && BeginningOf(happened, act) is { } begins && over.IsBefore(begins))
            return true;
        // An admission months after its preadmission is what it was made for.
        return happened.Order.Time - lastTime >= rules.RecycleAfter && !(isPlan && !isCalledOff && isSamePatient);
    }

    /// <summary>
    /// Whether what begins now, of another patient, is his own: the same beginning corrects whose the visit is, another time of admission is
    /// another visit's. A plan is kept on its day.
    /// </summary>
    public bool BeganOtherwise(EpisodeEvent happened, EventAct act)
    {
        if (BeginningOf(happened, act) is not { } begins || beginnings.Count == 0)
            return !isPlan && happened.Order.Time - first.Order.Time >= LatestCorrection;
        return isPlan || happened.IsPlan(act) ? BeganOnOtherDay(begins) : beginnings.TrueForAll(b => b.IsBefore(begins) || begins.IsBefore(b));
    }

    /// <summary>Whether what begins now, of the same patient, begins on another day than all that was said of this one.</summary>
    public bool BeganOnOtherDay(EpisodeEvent happened, EventAct act) => BeginningOf(happened, act) is { } begins && BeganOnOtherDay(begins);

    private bool BeganOnOtherDay(Moment begins) => beginnings.Count > 0 && beginnings.TrueForAll(b => b.Instant.Date != begins.Instant.Date);

    /// <summary>PV1-44; of what is planned else PV2-8.</summary>
    private static Moment? BeginningOf(EpisodeEvent happened, EventAct act) =>
        happened.Admitted ?? (happened.IsPlan(act) ? happened.ExpectedAdmit : null);
}

using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Simulation.People;

namespace FhirGateway.Simulation.Worlds;

/// <summary>
/// Decides who knows whom, and keeps to stories with one right answer: a record either carries a shared identifier, or equals
/// the others' in all five recognising facts, or can be recognised by nobody.
/// </summary>
internal sealed class WorldBuilder(WorldOptions options)
{
    private const int Membership = 21;
    private const int Roster = 22;
    private const int HospitalStory = 23;
    private const int OptOut = 24;
    private readonly Population population = new(options.Seed, options.People, options.Today);

    internal World Build()
    {
        var people = population.Create();
        var a = new Member?[people.Count];
        var b = new Member?[people.Count];
        foreach (var person in people)
        {
            if (!person.IsNewborn)
                Enrol(person, a, b);
        }
        var patients = people.Select(p => Admit(p, a, b)).OfType<HospitalPatient>().ToImmutableArray();
        var known = patients.Select(p => p.Person.Index).ToHashSet();
        var optOuts = people.SelectMany(p => OptOutsOf(p, a[p.Index], b[p.Index], known)).OrderBy(r => r.Date).ToImmutableArray();
        return new World(options, [.. people], [.. a.OfType<Member>()], [.. b.OfType<Member>()], patients, optOuts);
    }

    private void Enrol(SimulatedPerson person, Member?[] a, Member?[] b)
    {
        // Most of a household is with one payer; some people have two, some none.
        var random = SeededRandom.For(options.Seed, Membership, person.Household, 0);
        var roll = random.Next(100);
        random = SeededRandom.For(options.Seed, Membership, person.Household, person.Index + 1);
        if (random.Chance(15))
            roll = random.Next(100);
        var (withA, withB) = roll switch { < 47 => (true, false), < 72 => (false, true), < 88 => (true, true), _ => (false, false) };
        var usual = person.Before is not null && random.Chance(50) ? person.Before : person.Now;
        var viewA = usual;
        var viewB = usual;
        // Two payers may only disagree about a person whom an identifier ties together.
        if (withA != withB ? random.Chance(6) : person.Mbi is not null && random.Chance(40))
        {
            var wrong = person.Before is { } before && usual != before ? before : Typos.Mistype(usual, ref random);
            if (population.Claim(wrong, person.Index))
                (viewA, viewB) = withA != withB ? (wrong, wrong) : random.Chance(50) ? (usual, wrong) : (wrong, usual);
        }
        if (withA)
            a[person.Index] = Enrol(person, Cast.PayerA, viewA, random.Chance(30));
        if (withB)
            b[person.Index] = Enrol(person, Cast.PayerB, viewB, random.Chance(30));
    }

    private Member Enrol(SimulatedPerson person, string payer, PersonView view, bool tellsSsn)
    {
        var isA = payer == Cast.PayerA;
        var memberId = string.Create(CultureInfo.InvariantCulture, $"{(isA ? "A7" : "B3")}{(isA ? person.Index * 7 + 1_000_003 : person.Index * 11 + 2_000_003):D9}");
        return new Member
        {
            Payer = payer,
            Person = person,
            MemberId = memberId,
            PatientId = isA
                ? string.Create(CultureInfo.InvariantCulture, $"pat-{person.Index:D7}")
                : StableId.Of(options.Seed, 1, person.Index, 0).ToString("D"),
            View = view,
            TellsSsn = tellsSsn,
            Attribution = Attribute(person, payer, memberId, isA ? 1 : 2),
        };
    }

    private RosterRow? Attribute(SimulatedPerson person, string payer, string memberId, int salt)
    {
        var random = SeededRandom.For(options.Seed, Roster, person.Index, salt);
        if (!random.Chance(75))
            return null;
        var participant = random.Chance(50) ? Cast.AcoEast : Cast.AcoWest;
        var localId = string.Create(CultureInfo.InvariantCulture, $"{(participant == Cast.AcoEast ? "E" : "W")}{person.Index:D6}");
        var (start, end) = random.Next(100) switch
        {
            < 7 => (options.Today.AddDays(random.Between(30, 120)), (DateOnly?)null),
            // Long ago, so that no usual run-out keeps it alive.
            < 14 => (options.Today.AddDays(-random.Between(1_300, 1_600)), options.Today.AddDays(-random.Between(900, 1_200))),
            < 40 => (options.Today.AddDays(-random.Between(40, 500)), options.Today.AddDays(random.Between(60, 400))),
            _ => (options.Today.AddDays(-random.Between(40, 500)), null),
        };
        return new RosterRow(payer, memberId, person.Index, participant, localId, start, end);
    }

    private HospitalPatient? Admit(SimulatedPerson person, Member?[] a, Member?[] b)
    {
        var random = SeededRandom.For(options.Seed, HospitalStory, person.Index, 0);
        if (!person.IsNewborn && !random.Chance(options.HospitalShare))
            return null;
        var mrn = string.Create(CultureInfo.InvariantCulture, $"N{person.Index + 400_000:D8}");
        var memberA = a[person.Index];
        var memberB = b[person.Index];
        var member = memberA is null || (memberB is not null && random.Chance(50)) ? memberB : memberA;
        if (member is null)
        {
            var mother = person.IsNewborn && person.Mother is { } m ? a[m] ?? b[m] : null;
            return new HospitalPatient { Person = person, Mrn = mrn, View = person.Now, Recognition = PatientRecognition.None, Insurance = mother };
        }
        var agree = memberA is null || memberB is null || memberA.View == memberB.View;
        var recognition = Recognition(person, agree, ref random);
        // A member id ties records together through the roster that names it; without a row nobody could say what it is worth.
        if (recognition == PatientRecognition.MemberId && member.Attribution is null)
            recognition = PatientRecognition.Demographics;
        var view = recognition switch
        {
            PatientRecognition.Demographics => member.View,
            PatientRecognition.None => Unrecognisable(person, memberA, memberB, ref random),
            _ => KnownByIdentifier(person, ref random),
        };
        if (view is null)
            (recognition, view) = (PatientRecognition.Demographics, member.View);
        if (random.Chance(50))
            view = view with { Family = view.Family.ToUpperInvariant(), Given = view.Given.ToUpperInvariant() };
        return new HospitalPatient
        {
            Person = person,
            Mrn = mrn,
            View = view,
            Recognition = recognition,
            Insurance = recognition != PatientRecognition.None && (recognition == PatientRecognition.MemberId || random.Chance(50)) ? member : null,
        };
    }

    private static PatientRecognition Recognition(SimulatedPerson person, bool payersAgree, ref SeededRandom random)
    {
        if (!payersAgree)
            return PatientRecognition.Mbi;
        if (random.Chance(12))
            return PatientRecognition.None;
        if (person.Mbi is not null && random.Chance(60))
            return PatientRecognition.Mbi;
        return random.Chance(50) ? PatientRecognition.MemberId : PatientRecognition.Demographics;
    }

    private PersonView KnownByIdentifier(SimulatedPerson person, ref SeededRandom random)
    {
        if (!random.Chance(15))
            return person.Now;
        var mistyped = Typos.Mistype(person.Now, ref random);
        return population.Claim(mistyped, person.Index) ? mistyped : person.Now;
    }

    private PersonView? Unrecognisable(SimulatedPerson person, Member? a, Member? b, ref SeededRandom random)
    {
        var view = random.Chance(40) ? Typos.Forget(person.Now, ref random) : Typos.Mistype(person.Now, ref random);
        var clear = view.Key is not { } key || (a?.View.Key != key && b?.View.Key != key);
        return clear && population.Claim(view, person.Index) ? view : null;
    }

    /// <summary>Opt-outs only of people whom one payer alone knows and the hospital does not: how far they reach is then beyond doubt.</summary>
    private IEnumerable<OptOutRow> OptOutsOf(SimulatedPerson person, Member? a, Member? b, HashSet<int> patients)
    {
        var member = a ?? b;
        if ((a is null) == (b is null) || patients.Contains(person.Index) || member?.Attribution is not { } row || !row.IsActiveOn(options.Today))
            yield break;
        var random = SeededRandom.For(options.Seed, OptOut, person.Index, 0);
        var story = random.Next(100);
        var day = options.Today.AddDays(-random.Between(20, 200));
        if (story < 14)
            yield return new OptOutRow(member.Payer, member.MemberId, person.Index, story < 7 ? null : row.Participant, Revoked: false, day);
        else if (story < 17)
            yield return new OptOutRow(member.Payer, member.MemberId, person.Index, Cast.Other(row.Participant), Revoked: false, day);
        if (story is >= 17 and < 22)
        {
            yield return new OptOutRow(member.Payer, member.MemberId, person.Index, null, Revoked: false, day);
            yield return new OptOutRow(member.Payer, member.MemberId, person.Index, null, Revoked: true, day.AddDays(10));
        }
    }
}

using System.Globalization;

namespace FhirGateway.Simulation.People;

/// <summary>Makes the people of a world, household by household, and sees that no two can be mistaken for each other by any record of them.</summary>
internal sealed class Population(int seed, int size, DateOnly today)
{
    private const int Story = 11;
    private static readonly string[] Races = ["2106-3", "2106-3", "2106-3", "2054-5", "2028-9", "1002-5", "2076-8"];
    private static readonly string[] Languages = ["en", "en", "en", "en", "es", "es", "vi", "am"];
    private readonly Dictionary<(string, string, DateOnly, string, string), int> owners = [];
    private readonly List<SimulatedPerson> people = new(size);

    /// <summary>Reserves the recognising facts of a record for one person; false where they would also fit another.</summary>
    internal bool Claim(PersonView view, int person)
    {
        if (view.Key is not { } key)
            return true;
        if (owners.TryGetValue(key, out var owner))
            return owner == person;
        owners.Add(key, person);
        return true;
    }

    internal List<SimulatedPerson> Create()
    {
        for (var household = 0; people.Count < size; household++)
            AddHousehold(household);
        return people;
    }

    private void AddHousehold(int household)
    {
        var random = SeededRandom.For(seed, Story, household, 0);
        var family = Names.Family(ref random);
        var home = Home(ref random);
        var couple = random.Chance(60);
        var age = random.Between(24, 92);
        var mother = people.Count;
        AddAdult(household, family, "F", age, home, ref random);
        if (couple)
            AddAdult(household, family, "M", Math.Max(24, age + random.Between(-4, 6)), home, ref random);
        if (age > 46)
            return;
        var children = random.Next(4);
        for (var i = 0; i < children; i++)
            AddChildren(household, mother, family, home, random.Between(1, Math.Min(17, age - 20)), random.Chance(6), ref random);
        if (age < 43 && random.Chance(12))
            AddNewborns(household, mother, family, home, random.Chance(25) ? 2 : 1, ref random);
    }

    private void AddAdult(int household, string family, string sex, int age, PersonView home, ref SeededRandom random)
    {
        if (people.Count >= size)
            return;
        var view = Draw(home, family, sex, BirthDate(age, ref random), ref random);
        PersonView? before = null;
        if (sex == "F" && random.Chance(8))
            before = view with { Family = Names.Family(ref random) };
        else if (random.Chance(9))
            before = OtherHome(view, ref random);
        if (before is not null && !Claim(before, people.Count))
            before = null;
        Add(household, view, before, age >= 65 || random.Chance(10), ref random);
    }

    private void AddChildren(int household, int mother, string family, PersonView home, int age, bool twins, ref SeededRandom random)
    {
        var birth = BirthDate(age, ref random);
        var first = people.Count;
        for (var i = 0; i < (twins ? 2 : 1) && people.Count < size; i++)
        {
            var sex = random.Chance(50) ? "F" : "M";
            Add(household, Draw(home, family, sex, birth, ref random), null, random.Chance(3), ref random, mother);
        }
        LinkTwins(first);
    }

    private void AddNewborns(int household, int mother, string family, PersonView home, int count, ref SeededRandom random)
    {
        var birth = today.AddDays(-random.Between(1, 4));
        var first = people.Count;
        for (var i = 0; i < count && people.Count < size; i++)
        {
            var sex = random.Chance(50) ? "F" : "M";
            var given = (sex == "F" ? "Girl" : "Boy") + (count == 1 ? "" : i == 0 ? "A" : "B");
            var view = home with { Family = family, Given = given, BirthDate = birth, Sex = sex };
            if (Claim(view, people.Count))
                Add(household, view, null, false, ref random, mother, newborn: true);
        }
        LinkTwins(first);
    }

    private void LinkTwins(int first)
    {
        if (people.Count - first != 2)
            return;
        people[first] = people[first] with { Twin = first + 1 };
        people[first + 1] = people[first + 1] with { Twin = first };
    }

    private PersonView Draw(PersonView home, string family, string sex, DateOnly birth, ref SeededRandom random)
    {
        while (true)
        {
            var view = home with { Family = family, Given = Names.Given(ref random, sex), Sex = sex, BirthDate = birth };
            if (!owners.ContainsKey(view.Key!.Value) && Claim(view, people.Count))
                return view;
        }
    }

    private void Add(int household, PersonView view, PersonView? before, bool medicare, ref SeededRandom random, int? mother = null, bool newborn = false)
    {
        var index = people.Count;
        people.Add(new SimulatedPerson
        {
            Index = index,
            Household = household,
            Now = view,
            Before = before,
            Ssn = string.Create(CultureInfo.InvariantCulture, $"{900 + index / 10_000 % 100:D3}00{index % 10_000:D4}"),
            Mbi = medicare ? Mbi(index) : null,
            Race = Races[random.Next(Races.Length)],
            Ethnicity = random.Chance(22) ? "2135-2" : "2186-5",
            Language = Languages[random.Next(Languages.Length)],
            Mother = mother,
            IsNewborn = newborn,
        });
    }

    /// <summary>The shape of a beneficiary id (digit, letter, digit, digit, letter …), but with the excluded letter S in second place.</summary>
    private static string Mbi(int index)
    {
        const string letters = "ACDEFGHJKM";
        var d = index.ToString("D7", CultureInfo.InvariantCulture);
        return $"1S{d[..2]}{letters[d[6] - '0']}{d[2..4]}{letters[(index + 3) % 10]}A{d[4..6]}";
    }

    private DateOnly BirthDate(int age, ref SeededRandom random) => today.AddYears(-age).AddDays(-random.Between(1, 360));

    private static PersonView Home(ref SeededRandom random)
    {
        var (city, firstZip, zips) = Names.Cities[random.Next(Names.Cities.Length)];
        return new PersonView
        {
            Family = "",
            Given = "",
            BirthDate = default,
            Sex = "",
            Street = string.Create(CultureInfo.InvariantCulture, $"{random.Between(100, 9_999)} {Names.Streets[random.Next(Names.Streets.Length)]}"),
            City = city,
            Zip = (firstZip + random.Next(zips)).ToString(CultureInfo.InvariantCulture),
            Phone = string.Create(CultureInfo.InvariantCulture, $"303555{random.Between(100, 199):D4}"),
        };
    }

    private static PersonView OtherHome(PersonView view, ref SeededRandom random)
    {
        while (true)
        {
            var home = Home(ref random);
            if (home.Zip != view.Zip)
                return view with { Street = home.Street, City = home.City, Zip = home.Zip };
        }
    }
}

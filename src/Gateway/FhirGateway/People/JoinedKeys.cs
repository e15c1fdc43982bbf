namespace FhirGateway.People;

/// <summary>Which keys are one human's, and within which years these are born. Only joins: where one is parted, it is made anew.</summary>
internal sealed class JoinedKeys(Func<string, int?> bornIn)
{
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<Human> humans = [];

    public void Join(MergeNote note)
    {
        var (one, other) = (HumanOf(note.Retired), HumanOf(note.Survivor));
        if (one == other)
            return;
        var (small, large) = humans[one].Keys < humans[other].Keys ? (one, other) : (other, one);
        var (given, into) = (humans[small], humans[large]);
        humans[large] = new Human(large, given.Keys + into.Keys, Least(given.First, into.First), Most(given.Last, into.Last));
        humans[small] = given with { Parent = large };
    }

    public bool AreOne(string key, string other) =>
        numbers.TryGetValue(key, out var one) && numbers.TryGetValue(other, out var two) && RootOf(one) == RootOf(two);

    /// <summary>Years between the first and the last birth among the keys of both; null if none is known.</summary>
    public int? YearsBetween(string key, string other)
    {
        var (one, two) = (humans[HumanOf(key)], humans[HumanOf(other)]);
        return Most(one.Last, two.Last) - Least(one.First, two.First);
    }

    /// <summary>The number of the human who has a key.</summary>
    public int HumanOf(string key)
    {
        if (numbers.TryGetValue(key, out var number))
            return RootOf(number);
        number = humans.Count;
        numbers[key] = number;
        var born = bornIn(key);
        humans.Add(new Human(number, 1, born, born));
        return number;
    }

    private int RootOf(int number)
    {
        while (humans[number].Parent != number)
        {
            humans[number] = humans[number] with { Parent = humans[humans[number].Parent].Parent };
            number = humans[number].Parent;
        }

        return number;
    }

    private static int? Least(int? one, int? other) => one is null || other < one ? other ?? one : one;

    private static int? Most(int? one, int? other) => one is null || other > one ? other ?? one : one;

    private readonly record struct Human(int Parent, int Keys, int? First, int? Last);
}

namespace FhirGateway.Simulation.People;

/// <summary>The slips that registration desks make.</summary>
internal static class Typos
{
    /// <summary>The view with one fact mistyped; it always differs from the original in one of the five recognising facts.</summary>
    internal static PersonView Mistype(PersonView view, ref SeededRandom random) => random.Next(4) switch
    {
        0 => view with { Given = Swap(view.Given) },
        1 => view with { Family = view.Family[..^1] },
        2 => view with { BirthDate = view.BirthDate.AddDays(view.BirthDate.Day > 20 ? -9 : 9) },
        _ => view with { Zip = (view.Zip[0] == '8' ? "6" : "8") + view.Zip[1..] },
    };

    /// <summary>The view with one recognising fact left empty.</summary>
    internal static PersonView Forget(PersonView view, ref SeededRandom random) =>
        random.Chance(50) ? view with { Sex = "" } : view with { Zip = "" };

    private static string Swap(string name) =>
        name[^1] == name[^2] ? name + "e" : string.Concat(name.AsSpan(0, name.Length - 2), name.AsSpan(name.Length - 1), name.AsSpan(name.Length - 2, 1));
}

namespace FhirGateway.Simulation.People;

/// <summary>Small lists of made-up names and of places; together they make people who never lived.</summary>
internal static class Names
{
    private static readonly string[] Onsets =
        ["Ar", "Bel", "Cor", "Dal", "El", "Far", "Gor", "Hal", "Il", "Jor", "Kel", "Lor", "Mar", "Nor", "Or", "Pel", "Quin", "Ros", "Sel", "Tor", "Ul", "Var", "Wen", "Yor", "Zel"];

    private static readonly string[] Middles = ["a", "e", "i", "o", "u", "an", "en", "in", "on", "ar", "er", "or", "ev", "ov", "as", "is"];

    private static readonly string[] FamilyEnds =
        ["brook", "dale", "fen", "gate", "hurst", "ley", "mere", "mont", "quist", "ridge", "sted", "thorn", "vick", "wald", "wick", "worth", "yard", "zano"];

    private static readonly string[] FemaleEnds = ["a", "elle", "ia", "ina", "ette", "yn", "wen", "ise", "ora", "una"];

    private static readonly string[] MaleEnds = ["on", "ric", "mund", "bert", "win", "as", "ek", "iel", "o", "ard"];

    internal static readonly string[] Streets =
        ["Alder Way", "Birch Lane", "Cedar Street", "Dogwood Court", "Elm Avenue", "Foxglove Drive", "Granite Road", "Hawthorn Place", "Iris Circle", "Juniper Trail"];

    internal static readonly (string City, int FirstZip, int Zips)[] Cities =
        [("Denver", 80202, 38), ("Aurora", 80010, 9), ("Lakewood", 80214, 19), ("Boulder", 80301, 5), ("Pueblo", 81001, 8), ("Greeley", 80631, 4), ("Durango", 81301, 3)];

    internal static string Family(ref SeededRandom random) =>
        Onsets[random.Next(Onsets.Length)] + Middles[random.Next(Middles.Length)] + FamilyEnds[random.Next(FamilyEnds.Length)];

    internal static string Given(ref SeededRandom random, string sex)
    {
        var ends = sex == "F" ? FemaleEnds : MaleEnds;
        return Onsets[random.Next(Onsets.Length)] + Middles[random.Next(Middles.Length)] + ends[random.Next(ends.Length)];
    }
}

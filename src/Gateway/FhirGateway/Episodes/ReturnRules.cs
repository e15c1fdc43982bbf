using System.Collections.Frozen;

namespace FhirGateway.Episodes;

/// <summary>Which visits count as what when they follow each other (Tables/return-rules.tsv).</summary>
internal static class ReturnRules
{
    private static readonly FrozenSet<string> Stays = Codes("stay", "class");
    private static readonly FrozenSet<string> Emergencies = Codes("emergency", "class");
    private static readonly FrozenSet<string> TransferOut = Codes("transfer-out", "disposition");
    private static readonly FrozenSet<string> TransferIn = Codes("transfer-in", "admit-source");
    private static readonly Exclusion NoIndex = new("no-index");
    private static readonly Exclusion NoReturn = new("no-return");

    public static bool IsStay(VisitClass visitClass) => Stays.Contains(visitClass.Code);

    public static bool IsEmergency(VisitClass visitClass) => Emergencies.Contains(visitClass.Code);

    /// <summary>Nobody returns from it: a newborn's first stay, observation, a death.</summary>
    public static bool IsNoIndex(Episode episode) =>
        NoIndex.Holds(episode) || (episode is { Death: { } death, End: { } end } && !end.IsBefore(death));

    /// <summary>It is no return: it was planned, or a birth.</summary>
    public static bool IsNoReturn(Episode episode) => NoReturn.Holds(episode);

    public static bool LeadsToAnother(Episode episode) => episode.Disposition is { } code && TransferOut.Contains(code);

    public static bool ComesFromAnother(Episode episode) => episode.AdmitSource is { } code && TransferIn.Contains(code);

    private static FrozenSet<string> Codes(string part, string field) =>
        EpisodeTable.Rows("return-rules.tsv").Where(row => row[0] == part && row[1] == field).Select(row => row[2]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private sealed class Exclusion(string part)
    {
        private readonly FrozenSet<string> classes = Codes(part, "class");
        private readonly FrozenSet<string> types = Codes(part, "admission-type");
        private readonly FrozenSet<string> sources = Codes(part, "admit-source");
        private readonly FrozenSet<string> dispositions = Codes(part, "disposition");

        public bool Holds(Episode episode) =>
            classes.Contains(episode.Class.Code)
            || (episode.AdmissionType is { } type && types.Contains(type))
            || (episode.AdmitSource is { } source && sources.Contains(source))
            || (episode.Disposition is { } disposition && dispositions.Contains(disposition));
    }
}

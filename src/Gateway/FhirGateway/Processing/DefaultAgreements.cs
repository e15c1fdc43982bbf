using FhirGateway.Organizations;

namespace FhirGateway.Processing;

/// <summary>
/// A first run needs no paperwork: a roster opens the payer's data to the participants it names, and a roster or panel opens
/// ADT and clinical data of every hospital and HIE. Where any agreement between the two exists, even an ended one, none is made.
/// </summary>
public static class DefaultAgreements
{
    /// <summary>Adds the agreements that are missing; true if there were any.</summary>
    public static bool Ensure(IStateTransaction tx, OrganizationDirectory directory, IEnumerable<int> participants, Source? payer)
    {
        var added = false;
        foreach (var participant in participants.Select(directory.ParticipantOf))
        {
            if (payer is not null)
                added |= Ensure(tx, directory, payer, participant, DataClasses.All);
            foreach (var source in directory.Sources.Where(s => s.Kind != SourceKind.Payer))
                added |= Ensure(tx, directory, source, participant, DataClasses.Adt | DataClasses.Clinical);
        }

        return added;
    }

    /// <summary>Adds the agreement of a source that is pulled with a participant's own credentials; true if it was missing.</summary>
    public static bool EnsureOnly(IStateTransaction tx, OrganizationDirectory directory, Source source)
    {
        if (source.Connection.OnlyParticipant is not { } only || directory.FindSource(source.Id) is not { } known || directory.FindParticipant(only) is not { } participant)
            return false;
        return Ensure(tx, directory, known, participant, source.Connection.WithholdsAmounts ? DataClasses.All & ~DataClasses.ClaimAmounts : DataClasses.All);
    }

    private static bool Ensure(IStateTransaction tx, OrganizationDirectory directory, Source source, Participant participant, DataClasses classes)
    {
        if (!directory.Between(source.Number, participant.Number).IsEmpty)
            return false;
        tx.Organizations.Save(new Agreement
        {
            Id = $"default-{source.Id}-{participant.Id}",
            Source = source.Id,
            Participant = participant.Id,
            Classes = classes,
            IsDefault = true,
        });
        return true;
    }
}

using FhirGateway.Journal;
using FhirGateway.Organizations;
using FhirGateway.Validation;

namespace FhirGateway.Processing;

/// <summary>Messages as the journal has them, through the pure stages again. Safe for parallel use.</summary>
public sealed class JournaledMessages(IJournal journal, CurrentDirectory directory, SourceSettings settings)
{
    /// <summary>The message of an entry; null if there is no such message any more. It was validated when it came.</summary>
    public MessageItem? Find(long entry)
    {
        try
        {
            return journal.Read(new EntryId(entry), 1) is [{ } found] && found.Id.Value == entry ? Stage(found, validation: null) : null;
        }
        catch (InvalidDataException)
        {
            // That entry is damaged or not there: what is at hand must do, and one old message stops none of the new ones.
            return null;
        }
    }

    /// <summary>The pure stages of an entry; null if it is no message.</summary>
    public MessageItem? Stage(JournaledEntry entry, ResourceValidation? validation) => entry.Entry.Kind switch
    {
        EntryKind.Hl7v2Message => MessageStage.Run(entry, settings.Of(directory.Value.SourceOf(entry.Entry.Source)), validation),
        EntryKind.FhirMessage => FhirMessageStage.Run(entry, settings.Of(directory.Value.SourceOf(entry.Entry.Source)), validation),
        _ => null,
    };
}

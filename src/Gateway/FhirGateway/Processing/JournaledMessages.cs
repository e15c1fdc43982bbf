using FhirGateway.Journal;
using FhirGateway.Organizations;

namespace FhirGateway.Processing;

/// <summary>Messages as the journal has them, through the pure stages again. Safe for parallel use.</summary>
public sealed class JournaledMessages(IJournal journal, CurrentDirectory directory, SourceSettings settings)
{
    /// <summary>The message of an entry; null if there is no such message any more.</summary>
    public MessageItem? Find(long entry)
    {
        try
        {
            return journal.Read(new EntryId(entry), 1) is [{ } found] && found.Id.Value == entry ? Stage(found) : null;
        }
        catch (InvalidDataException)
        {
            // That entry is damaged or not there: what is at hand must do, and one old message stops none of the new ones.
            return null;
        }
    }

    /// <summary>The pure stages of an entry; null if it is no message.</summary>
    public MessageItem? Stage(JournaledEntry entry) => Read(entry)?.Write(null);

    /// <summary>The pure stages of an entry up to where it must be known how its visit stands; null if it is no message.</summary>
    public MessageReading? Read(JournaledEntry entry) => entry.Entry.Kind switch
    {
        EntryKind.Hl7v2Message => MessageStage.Read(entry, SettingsOf(entry)),
        EntryKind.FhirMessage => new MessageReading(FhirMessageStage.Run(entry, SettingsOf(entry))),
        _ => null,
    };

    /// <summary>What its source has set.</summary>
    public SourceSettings.Settings SettingsOf(JournaledEntry entry) => settings.Of(directory.Value.SourceOf(entry.Entry.Source));
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace FhirGateway.IntegrationTests.Faults;

/// <summary>
/// Reads a trace of <c>strace -f -y</c> and checks for each message that an AA is not sent before its bytes are durable: the frame
/// was read; a write of its bytes to a journal file ended; after that an fdatasync of that file began, and ended well, before the
/// write of the AA began. Messages are known by their control ids, which must be made of letters, digits and hyphens.
/// </summary>
internal static partial class SyncTrace
{
    /// <summary>What the trace shows of each control id; null where all is as it must be, else what is wrong.</summary>
    public static IReadOnlyDictionary<string, string?> Check(IEnumerable<string> trace, IEnumerable<string> controlIds)
    {
        var messages = controlIds.ToDictionary(id => id, _ => new Message());
        var unfinished = new Dictionary<string, (long Began, string Call)>();
        var at = 0L;
        foreach (var line in trace)
        {
            at++;
            var call = line;
            var began = at;
            var thread = line.Split(' ', 2)[0];
            if (call.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                unfinished[thread] = (at, call);
                if (IsSend(call))
                    Answer(messages, call, at);
                continue;
            }

            if (Resumed().Match(line) is { Success: true } resumed && unfinished.Remove(thread, out var start))
                (began, call) = (start.Began, start.Call + line[(resumed.Index + resumed.Length)..]);
            else if (IsSend(call))
                Answer(messages, call, at);
            Take(messages, call, began, at);
        }

        return messages.ToDictionary(m => m.Key, m => m.Value.Fault);
    }

    private static void Take(Dictionary<string, Message> messages, string call, long began, long ended)
    {
        if (Name().Match(call) is not { Success: true } name)
            return;
        switch (name.Groups["call"].Value)
        {
            case "read" or "recvfrom" or "recvmsg" or "recv" when call.Contains("MSH|", StringComparison.Ordinal):
                foreach (var message in Named(messages, call))
                    message.Read ??= ended;
                break;
            case "pwrite64" or "write" or "pwritev" when IsJournal(call):
                foreach (var message in Named(messages, call))
                    (message.Written, message.File) = (ended, FileOf(call));
                break;
            case "fdatasync" or "fsync" when IsJournal(call) && Returned().IsMatch(call):
                var file = FileOf(call);
                foreach (var (_, message) in messages)
                    if (message.Written < began && message.File == file)
                        message.Synced ??= ended;
                break;
        }
    }

    private static void Answer(Dictionary<string, Message> messages, string call, long began)
    {
        if (Acknowledged().Match(call) is { Success: true } match && messages.TryGetValue(match.Groups["id"].Value, out var message))
            message.Answered ??= began;
    }

    private static IEnumerable<Message> Named(Dictionary<string, Message> messages, string call)
    {
        foreach (Match id in ControlId().Matches(call))
            if (messages.TryGetValue(id.Groups["id"].Value, out var message))
                yield return message;
    }

    private static bool IsSend(string call) => Name().Match(call) is { Success: true } name && name.Groups["call"].Value is "sendto" or "sendmsg" or "write" or "send";

    private static bool IsJournal(string call) => FileOf(call).Contains("/journal/", StringComparison.Ordinal);

    private static string FileOf(string call) => File().Match(call) is { Success: true } match ? match.Groups["path"].Value : "";

    [GeneratedRegex(@"^\d+ +(?<call>[a-z0-9_]+)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [GeneratedRegex(@"^\d+ +[a-z0-9_]+\(\d+<(?<path>[^>]*)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex File();

    [GeneratedRegex(@"<\.\.\. [a-z0-9_]+ resumed>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Resumed();

    [GeneratedRegex(@"\) += 0$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Returned();

    [GeneratedRegex(@"\|ADT\^A01\^ADT_A01\|(?<id>[A-Za-z0-9-]+)\|", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ControlId();

    [GeneratedRegex(@"MSA\|AA\|(?<id>[A-Za-z0-9-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Acknowledged();

    private sealed class Message
    {
        public long? Read { get; set; }
        public long? Written { get; set; }
        public string? File { get; set; }
        public long? Synced { get; set; }
        public long? Answered { get; set; }

        public string? Fault => this switch
        {
            { Read: null } => "its frame is not in the trace",
            { Answered: null } => "no AA is in the trace",
            { Written: null } => "no journal write is in the trace",
            { Synced: null } => "no fdatasync follows the journal write",
            _ when Read < Written && Written < Synced && Synced < Answered => null,
            _ => string.Create(CultureInfo.InvariantCulture, $"read at {Read}, written at {Written}, synced at {Synced}, answered at {Answered}"),
        };
    }
}

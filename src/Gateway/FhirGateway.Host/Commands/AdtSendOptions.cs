using System.CommandLine;

namespace FhirGateway.Host.Commands;

/// <summary>The options of <c>adt send</c>.</summary>
internal sealed class AdtSendOptions
{
    public Argument<string> File { get; } = new("FILE") { Description = "Messages, MLLP frames or batches; - reads standard input" };
    public Option<string> To { get; } = new("--to") { Description = "Where the listener is", HelpName = "HOST:PORT", Required = true };
    public Option<int> Connections { get; } = new("--connections") { Description = "Connections, each with one message in flight", HelpName = "N", DefaultValueFactory = _ => 1 };
    public Option<double> Rate { get; } = new("--rate") { Description = "Messages a second over all connections; 0: as fast as answers come", HelpName = "N", DefaultValueFactory = _ => 0 };
    public Option<int> Repeat { get; } = new("--repeat") { Description = "How often the file is sent", HelpName = "N", DefaultValueFactory = _ => 1 };
    public Option<bool> NewIds { get; } = new("--new-ids") { Description = "Gives each message a control id (MSH-10) of its own: without it a repeat is a duplicate and makes no event" };
    public Option<bool> Summary { get; } = new("--summary") { Description = "Prints no line a message" };
    public Option<double> Timeout { get; } = new("--timeout") { Description = "How long an answer is waited for", HelpName = "SECONDS", DefaultValueFactory = _ => 30 };
    public Option<bool> Tls { get; } = new("--tls") { Description = "Connects with TLS" };
    public Option<string?> Ca { get; } = new("--ca") { Description = "PEM of the authority that signed the listener's certificate [default: those of this machine]", HelpName = "FILE" };
    public Option<string?> Certificate { get; } = new("--certificate") { Description = "The sender's certificate: PEM, or PKCS #12 with its key", HelpName = "FILE" };
    public Option<string?> Key { get; } = new("--key") { Description = "PEM of its private key, where the certificate's file does not hold it", HelpName = "FILE" };
    public Option<string?> PasswordFile { get; } = new("--password-file") { Description = "File with the password of the key", HelpName = "FILE" };

    public void AddTo(Command command)
    {
        command.Add(File);
        foreach (var option in new Option[] { To, Connections, Rate, Repeat, NewIds, Summary, Timeout, Tls, Ca, Certificate, Key, PasswordFile })
            command.Add(option);
    }
}

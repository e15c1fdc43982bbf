using FhirGateway.Host.Commands;

return await CommandLine.RunAsync(
    args,
    new Session
    {
        Args = args,
        WorkingDirectory = Directory.GetCurrentDirectory(),
        Output = Console.Out,
        Error = Console.Error,
        HasTerminal = !Console.IsOutputRedirected && !Console.IsErrorRedirected,
        ShowsProgress = Console.IsOutputRedirected && !Console.IsErrorRedirected,
    },
    CancellationToken.None);

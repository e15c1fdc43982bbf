namespace FhirGateway.Host.Control;

/// <summary>Runs one verb with the given writers in place of the console; returns its exit code.</summary>
/// <param name="args">The verb and its options.</param>
/// <param name="workingDirectory">Where relative paths of the caller begin.</param>
/// <param name="output">Standard output of the caller.</param>
/// <param name="error">Standard error of the caller.</param>
/// <param name="cancellationToken">The caller went away, or the gateway stops.</param>
public delegate Task<int> ControlCommand(string[] args, string workingDirectory, TextWriter output, TextWriter error, CancellationToken cancellationToken);

using System.CommandLine;

namespace FhirGateway.Host.Commands;

/// <summary>A verb of the command line, with examples for its help.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Whole command lines, without the program.</summary>
    public IReadOnlyList<string> Examples => examples;
}

using System.Text;

namespace FhirGateway.Tests.Fhir.Primitives;

/// <summary>
/// Makes strings that a regular expression accepts. Knows what the expressions of the FHIR primitives use: characters,
/// classes, groups, alternatives and the repetitions ? * + {n} {n,m}.
/// </summary>
internal sealed class RegexSampler(string pattern, Random random)
{
    private const string Space = " \t\n\v\f\r";

    // What is no white space: ASCII, and one, two and four bytes more.
    private const string NotSpace = "aZ09-_.:/+=#|é€😀<&\"\\~!\u007f\u00a0";
    private const int MostRepeats = 6;
    private int at;

    /// <summary>One string of the language.</summary>
    public string Next()
    {
        at = 0;
        return Alternatives();
    }

    private string Alternatives()
    {
        var choices = new List<string> { Sequence() };
        while (at < pattern.Length && pattern[at] == '|')
        {
            at++;
            choices.Add(Sequence());
        }
        return choices[random.Next(choices.Count)];
    }

    private string Sequence()
    {
        var text = new StringBuilder();
        while (at < pattern.Length && pattern[at] is not ('|' or ')'))
        {
            var start = at;
            var first = Atom();
            var (least, most) = Repetition();
            var end = at;
            var times = random.Next(least, most + 1);
            for (var i = 0; i < times; i++)
            {
                at = start;
                text.Append(i == 0 && random.Next(2) == 0 ? first : Atom());
            }
            at = end;
        }
        return text.ToString();
    }

    private string Atom()
    {
        var c = pattern[at++];
        if (c == '(')
        {
            var inner = Alternatives();
            at++;
            return inner;
        }
        return c switch
        {
            '[' => One(Class()),
            '\\' => One(Escaped(pattern[at++])),
            _ => c.ToString(),
        };
    }

    private string Class()
    {
        var members = new StringBuilder();
        while (pattern[at] != ']')
        {
            var c = pattern[at++];
            if (c == '^')
            {
                // [^\s] is the only negation that the standard's expressions have.
                at = pattern.IndexOf(']', at);
                members.Append(NotSpace);
            }
            else if (c == '\\')
            {
                members.Append(Escaped(pattern[at++]));
            }
            else if (pattern[at] == '-' && pattern[at + 1] != ']')
            {
                for (var i = c; i <= pattern[at + 1]; i++)
                    members.Append(i);
                at += 2;
            }
            else
            {
                members.Append(c);
            }
        }
        at++;
        return members.ToString();
    }

    private static string Escaped(char c) => c switch { 's' => Space, 'S' => NotSpace, 'r' => "\r", 'n' => "\n", 't' => "\t", _ => c.ToString() };

    private string One(string members)
    {
        var runes = members.EnumerateRunes().ToList();
        return runes[random.Next(runes.Count)].ToString();
    }

    private (int Least, int Most) Repetition()
    {
        if (at == pattern.Length)
            return (1, 1);
        switch (pattern[at])
        {
            case '?':
                at++;
                return (0, 1);
            case '*':
                at++;
                return (0, MostRepeats);
            case '+':
                at++;
                return (1, MostRepeats);
            case '{':
                var end = pattern.IndexOf('}', at);
                var bounds = pattern[(at + 1)..end].Split(',');
                at = end + 1;
                return (int.Parse(bounds[0]), int.Parse(bounds[^1]));
            default:
                return (1, 1);
        }
    }
}

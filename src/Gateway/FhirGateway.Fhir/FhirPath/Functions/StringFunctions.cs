using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>String manipulation (FHIRPath, "String Manipulation"). A character is a code point.</summary>
internal static class StringFunctions
{
    public static void Add(FunctionTable.AddFunction add, FunctionTable.AddTruthFunction addTruth)
    {
        addTruth("startsWith", 1, 1, (m, s, a, p) => Test(m, s, a, p, (x, y) => x.StartsWith(y)));
        addTruth("endsWith", 1, 1, (m, s, a, p) => Test(m, s, a, p, (x, y) => x.EndsWith(y)));
        addTruth("contains", 1, 1, (m, s, a, p) => Test(m, s, a, p, (x, y) => x.IndexOf(y) >= 0));
        addTruth("matches", 1, 1, (m, s, a, p) => Matches(m, s, a, p, isFull: false));
        addTruth("matchesFull", 1, 1, (m, s, a, p) => Matches(m, s, a, p, isFull: true));
        add("indexOf", 1, 1, (m, s, a, p) => IndexOf(m, s, a, p, isLast: false));
        add("lastIndexOf", 1, 1, (m, s, a, p) => IndexOf(m, s, a, p, isLast: true));
        add("substring", 1, 2, Substring);
        add("length", 0, 0, Length);
        add("upper", 0, 0, (m, s, _, p) => Change(m, s, p, t => t.ToUpperInvariant()));
        add("lower", 0, 0, (m, s, _, p) => Change(m, s, p, t => t.ToLowerInvariant()));
        add("trim", 0, 0, Trim);
        add("replace", 2, 2, Replace);
        add("replaceMatches", 2, 2, ReplaceMatches);
        add("toChars", 0, 0, ToChars);
        add("split", 1, 1, Split);
        add("join", 0, 1, JoinAll);
    }

    private delegate bool TextTest(ReadOnlySpan<byte> text, ReadOnlySpan<byte> argument);

    private static Truth Test(PathMachine m, int start, PathNode[] arguments, int position, TextTest test)
    {
        if (!m.TakeText(start, position, out var text) || !m.TryText(arguments[0], out var argument) || !m.Step(1 + (text.TextLength >> 6)))
            return Truth.Empty;
        return test(text.Text, argument.Text) ? Truth.True : Truth.False;
    }

    private static Truth Matches(PathMachine m, int start, PathNode[] arguments, int position, bool isFull)
    {
        if (!m.TakeText(start, position, out var text) || !m.TryText(arguments[0], out var pattern))
            return Truth.Empty;
        if (!m.Step(1 + (text.TextLength >> 4)))
            return Truth.Empty;
        if (m.Patterns.Find(pattern.Text, isFull, out var fault) is not { } regex)
        {
            m.Fail(fault, position);
            return Truth.Empty;
        }
        return regex.IsMatch(m.Chars(text.Text)) ? Truth.True : Truth.False;
    }

    private static void ReplaceMatches(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!m.TakeText(start, position, out var text) || !m.TryText(arguments[0], out var pattern) || !m.TryText(arguments[1], out var by))
            return;
        if (pattern.TextLength == 0)
        {
            m.Push(text);
            return;
        }
        if (m.Patterns.Find(pattern.Text, isFull: false, out var fault) is not { } regex)
        {
            m.Fail(fault, position);
            return;
        }
        // Each match costs the replacement: what can come of it is counted before it is made.
        var input = Encoding.UTF8.GetString(text.Text);
        if (m.Make((int)Math.Min(int.MaxValue, (long)input.Length + ((long)regex.Count(input) * (by.TextLength + input.Length)))).IsEmpty && input.Length > 0)
            return;
        m.Push(m.MakeText(regex.Replace(input, Encoding.UTF8.GetString(by.Text))));
    }

    private static void IndexOf(PathMachine m, int start, PathNode[] arguments, int position, bool isLast)
    {
        if (!m.TakeText(start, position, out var text) || !m.TryText(arguments[0], out var part) || !m.Step(1 + (text.TextLength >> 6)))
            return;
        var at = isLast ? text.Text.LastIndexOf(part.Text) : text.Text.IndexOf(part.Text);
        m.Push(PathItem.Of(at < 0 ? -1L : Count(text.Text[..at])));
    }

    private static void Substring(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!m.TakeText(start, position, out var text) || !m.TryInteger(arguments[0], out var from))
            return;
        long length = int.MaxValue;
        if (arguments.Length > 1 && !m.TryInteger(arguments[1], out length))
            length = m.IsStopped ? 0 : int.MaxValue;
        var begin = Offset(text.Text, from);
        if (from < 0 || begin >= text.TextLength)
            return;
        var taken = length <= 0 ? 0 : Offset(text.Text[begin..], length);
        m.Push(PathItem.OfText(text.TextBuffer!, text.TextStart + begin, taken));
    }

    private static void Length(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (m.TakeText(start, position, out var text) && m.Step(1 + (text.TextLength >> 6)))
            m.Push(PathItem.Of((long)Count(text.Text)));
    }

    private static void Change(PathMachine m, int start, int position, Func<string, string> change)
    {
        if (m.TakeText(start, position, out var text))
            m.Push(m.MakeText(change(Encoding.UTF8.GetString(text.Text))));
    }

    private static void Trim(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (m.TakeText(start, position, out var text))
            m.Push(m.MakeText(Encoding.UTF8.GetString(text.Text).Trim()));
    }

    private static void Replace(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!m.TakeText(start, position, out var text) || !m.TryText(arguments[0], out var part) || !m.TryText(arguments[1], out var by))
            return;
        var result = new TextBuilder(m);
        var rest = text.Text;
        if (part.TextLength == 0)
        {
            foreach (var rune in Encoding.UTF8.GetString(rest).EnumerateRunes())
                result.Add(by.Text).Add(rune);
            m.Push(result.Add(by.Text).Made());
            return;
        }
        for (var at = rest.IndexOf(part.Text); at >= 0 && m.Step(); at = rest.IndexOf(part.Text))
        {
            result.Add(rest[..at]).Add(by.Text);
            rest = rest[(at + part.TextLength)..];
        }
        m.Push(result.Add(rest).Made());
    }

    private static void ToChars(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!m.TakeText(start, position, out var text))
            return;
        var at = 0;
        while (at < text.TextLength && m.Step())
        {
            var length = Offset(text.Text[at..], 1);
            m.Push(PathItem.OfText(text.TextBuffer!, text.TextStart + at, length));
            at += length;
        }
    }

    private static void Split(PathMachine m, int start, PathNode[] arguments, int position)
    {
        if (!m.TakeText(start, position, out var text) || !m.TryText(arguments[0], out var separator))
            return;
        if (separator.TextLength == 0)
        {
            m.Push(text);
            return;
        }
        var at = 0;
        while (m.Step())
        {
            var length = text.Text[at..].IndexOf(separator.Text);
            m.Push(PathItem.OfText(text.TextBuffer!, text.TextStart + at, length < 0 ? text.TextLength - at : length));
            if (length < 0)
                return;
            at += length + separator.TextLength;
        }
    }

    private static void JoinAll(PathMachine m, int start, PathNode[] arguments, int position)
    {
        PathItem separator = default;
        var end = m.Top;
        var hasSeparator = arguments.Length > 0 && m.TryText(arguments[0], out separator);
        m.Reset(end);
        var result = new TextBuilder(m);
        var any = false;
        for (var i = start; i < end && m.Step(); i++)
        {
            if (!m.TryString(m[i], out var part))
            {
                if (m.TryAtom(m[i], out _))
                    m.Fail("join() is for strings", position);
                continue;
            }
            if (any && hasSeparator)
                result.Add(separator.Text);
            result.Add(part.Text);
            any = true;
        }
        m.Reset(start);
        if (any)
            m.Push(result.Made());
    }

    /// <summary>How many characters a text has.</summary>
    private static int Count(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text)
            count += (b & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }

    /// <summary>Where the character of a number begins, or the end.</summary>
    private static int Offset(ReadOnlySpan<byte> text, long characters)
    {
        var at = 0;
        for (; at < text.Length; at++)
            if ((text[at] & 0xC0) != 0x80 && characters-- <= 0)
                break;
        return at;
    }
}

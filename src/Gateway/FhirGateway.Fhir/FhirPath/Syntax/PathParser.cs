using System.Globalization;
using System.Text;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>
/// Makes the steps of an expression by precedence climbing (FHIRPath, "Operator Precedence"). Nesting and length of chains
/// are limited, since evaluation recurses along them.
/// </summary>
internal sealed class PathParser
{
    private const int MaxNesting = 64;
    private const int MaxDepth = 200;
    private const int Unary = 11;
    private static readonly LiteralNode Nothing = new(null);
    private readonly PathLexer lexer;
    private PathToken token;
    private int nesting;

    private PathParser(string text)
    {
        lexer = new PathLexer(text);
        token = lexer.Next();
    }

    public static PathNode? Parse(string text, out FhirPathFault? fault)
    {
        var parser = new PathParser(text);
        var root = parser.Expression(0);
        if (parser.token.Kind != PathTokenKind.End)
            parser.Fail("An operator or the end is expected here");
        fault = parser.lexer.Fault;
        return fault is null ? root : null;
    }

    private PathNode Expression(int least)
    {
        if (++nesting > MaxNesting)
            return Fail($"More than {MaxNesting} levels of nesting");
        var left = Term();
        while (lexer.Fault is null && Precedence(token) is var precedence && precedence > least)
        {
            var op = Take();
            left = Check(op.Text is "is" or "as"
                ? new TypeNode(op.Text == "is" ? TypeNode.Operator.Is : TypeNode.Operator.As, left, TypeName()) { Position = op.Position }
                : Binary(op, left, Expression(precedence)));
        }
        nesting--;
        return left;
    }

    private static int Precedence(PathToken token) => token.Kind is not (PathTokenKind.Symbol or PathTokenKind.Identifier) ? -1 : token.Text switch
    {
        "implies" => 1,
        "or" or "xor" => 2,
        "and" => 3,
        "in" or "contains" => 4,
        "=" or "~" or "!=" or "!~" => 5,
        "<" or "<=" or ">" or ">=" => 6,
        "|" => 7,
        "is" or "as" => 8,
        "+" or "-" or "&" => 9,
        "*" or "/" or "div" or "mod" => 10,
        _ => -1,
    };

    private static PathNode Binary(PathToken op, PathNode left, PathNode right) => op.Text switch
    {
        "and" => new LogicNode(LogicNode.Operator.And, left, right) { Position = op.Position },
        "or" => new LogicNode(LogicNode.Operator.Or, left, right) { Position = op.Position },
        "xor" => new LogicNode(LogicNode.Operator.Xor, left, right) { Position = op.Position },
        "implies" => new LogicNode(LogicNode.Operator.Implies, left, right) { Position = op.Position },
        "in" => new MembershipNode(left, right) { Position = op.Position },
        "contains" => new MembershipNode(right, left) { Position = op.Position },
        "=" => new EqualityNode(false, false, left, right) { Position = op.Position },
        "!=" => new EqualityNode(false, true, left, right) { Position = op.Position },
        "~" => new EqualityNode(true, false, left, right) { Position = op.Position },
        "!~" => new EqualityNode(true, true, left, right) { Position = op.Position },
        "<" or "<=" or ">" or ">=" => new ComparisonNode(op.Text, left, right) { Position = op.Position },
        "|" => new UnionNode(left, right) { Position = op.Position },
        "&" => new ConcatenationNode(left, right) { Position = op.Position },
        _ => new ArithmeticNode(op.Text, left, right) { Position = op.Position },
    };

    private PathNode Term()
    {
        if (token.Is("-") || token.Is("+"))
        {
            var sign = Take();
            return Check(new SignNode(sign.Text == "-", Expression(Unary)) { Position = sign.Position });
        }
        var term = Primary();
        while (lexer.Fault is null)
        {
            if (token.Is("["))
            {
                var position = Take().Position;
                term = Check(new IndexerNode(term, Expression(0)) { Position = position });
                Expect("]");
            }
            else if (token.Is("."))
            {
                Take();
                term = Check(Invocation(term));
            }
            else
            {
                break;
            }
        }
        return term;
    }

    private PathNode Primary()
    {
        switch (token.Kind)
        {
            case PathTokenKind.String:
                return Literal(PathItem.OfText(Encoding.UTF8.GetBytes(token.Text), 0, Encoding.UTF8.GetByteCount(token.Text)));
            case PathTokenKind.Integer or PathTokenKind.Decimal:
                return Number();
            case PathTokenKind.Temporal:
                return Temporal();
            case PathTokenKind.Identifier or PathTokenKind.Delimited or PathTokenKind.Special:
                return token.IsWord("true") || token.IsWord("false") ? Literal(PathItem.Of(token.Text == "true")) : Invocation(null);
        }
        if (token.Is("("))
        {
            Take();
            var inner = Expression(0);
            Expect(")");
            return inner;
        }
        if (token.Is("{"))
        {
            var position = Take().Position;
            Expect("}");
            return new LiteralNode(null) { Position = position };
        }
        if (token.Is("%"))
            return Variable();
        return Fail("A value, a name or a function is expected here");
    }

    private PathNode Invocation(PathNode? input)
    {
        var name = Take();
        if (name.Kind == PathTokenKind.Special)
            return Special(name);
        if (name.Kind is not (PathTokenKind.Identifier or PathTokenKind.Delimited))
            return Fail("A name is expected here", name.Position);
        if (token.Is("("))
            return Function(input, name);
        if (input is null)
        {
            return name.Kind == PathTokenKind.Identifier && (Precedence(name) is >= 1 and <= 3 || name.Text is "div" or "mod") || name.Text.Length == 0
                ? Fail("A value, a name or a function is expected here", name.Position)
                : new OwnChildNode(name.Text) { Position = name.Position };
        }
        return new ChildNode(input, name.Text) { Position = name.Position };
    }

    private PathNode Special(PathToken name) => name.Text switch
    {
        "$this" => new FocusNode(FocusNode.Name.This) { Position = name.Position },
        "$index" => new FocusNode(FocusNode.Name.Index) { Position = name.Position },
        "$total" => new FocusNode(FocusNode.Name.Total) { Position = name.Position },
        _ => Fail("No such name begins with $", name.Position),
    };

    private PathNode Function(PathNode? input, PathToken name)
    {
        Take();
        input ??= new FocusNode(FocusNode.Name.This) { Position = name.Position };
        if (name.Text is "is" or "as" or "ofType")
        {
            var op = name.Text switch { "is" => TypeNode.Operator.Is, "as" => TypeNode.Operator.As, _ => TypeNode.Operator.OfType };
            var type = TypeName();
            Expect(")");
            return Check(new TypeNode(op, input, type) { Position = name.Position });
        }
        var arguments = new List<PathNode>();
        while (!token.Is(")") && lexer.Fault is null)
        {
            if (arguments.Count > 0)
                Expect(",");
            arguments.Add(name.Text == "sort" ? SortKey() : Expression(0));
        }
        Expect(")");
        if (lexer.Fault is not null)
            return Nothing;
        var node = FunctionTable.Make(name.Text, input, [.. arguments], name.Position, out var fault);
        return node is null ? Fail(fault!, name.Position) : Check(node);
    }

    private PathNode SortKey()
    {
        var key = Expression(0);
        if (token.IsWord("asc") || token.IsWord("desc"))
        {
            var word = Take();
            if (word.Text == "desc")
                key = Check(new SignNode(true, key) { Position = word.Position });
        }
        return key;
    }

    private TypeSpecifier TypeName()
    {
        var first = Take();
        if (first.Kind is not (PathTokenKind.Identifier or PathTokenKind.Delimited))
            Fail("The name of a type is expected here", first.Position);
        if (!token.Is(".") || first.Text is not ("System" or "FHIR"))
            return new TypeSpecifier(null, first.Text);
        Take();
        var second = Take();
        if (second.Kind is not (PathTokenKind.Identifier or PathTokenKind.Delimited))
            Fail("The name of a type is expected here", second.Position);
        return new TypeSpecifier(first.Text, second.Text);
    }

    private PathNode Variable()
    {
        var position = Take().Position;
        var name = Take();
        if (name.Kind is not (PathTokenKind.Identifier or PathTokenKind.Delimited or PathTokenKind.String))
            return Fail("The name of a variable is expected here", position);
        var url = name.Text switch
        {
            "resource" => null,
            "ucum" => "http://unitsofmeasure.org",
            "sct" => "http://snomed.info/sct",
            "loinc" => "http://loinc.org",
            ['v', 's', '-', .. var set] => "http://hl7.org/fhir/ValueSet/" + set,
            ['e', 'x', 't', '-', .. var extension] => "http://hl7.org/fhir/StructureDefinition/" + extension,
            _ => null,
        };
        if (url is not null)
            return new LiteralNode(PathItem.OfText(Encoding.UTF8.GetBytes(url), 0, Encoding.UTF8.GetByteCount(url))) { Position = position };
        return name.Text switch
        {
            "resource" => new FocusNode(FocusNode.Name.Resource) { Position = position },
            "rootResource" => new FocusNode(FocusNode.Name.RootResource) { Position = position },
            "context" => new FocusNode(FocusNode.Name.Context) { Position = position },
            _ => Fail("There is no variable of this name", position),
        };
    }

    private LiteralNode Number()
    {
        var number = Take();
        var isWhole = number.Kind == PathTokenKind.Integer;
        if (!decimal.TryParse(number.Text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            return Fail("The number is too large", number.Position);
        var isWord = token.Kind == PathTokenKind.Identifier && UnitWords.IsWord(token.Text);
        if (isWord || token.Kind == PathTokenKind.String)
        {
            var unit = Encoding.UTF8.GetBytes(Take().Text);
            return new LiteralNode(PathItem.OfQuantity(value, unit, 0, unit.Length, isWord)) { Position = number.Position };
        }
        if (isWhole && value > int.MaxValue)
            return Fail("The integer is larger than 2147483647", number.Position);
        return new LiteralNode(isWhole ? PathItem.Of((long)value) : PathItem.Of(value)) { Position = number.Position };
    }

    private LiteralNode Temporal()
    {
        var literal = Take();
        var bytes = Encoding.UTF8.GetBytes(literal.Text);
        if (literal.Text.StartsWith('T'))
            return TemporalText.TryParseTime(bytes.AsSpan(1), out var time)
                ? new LiteralNode(PathItem.Of(ItemKind.Time, time)) { Position = literal.Position }
                : Fail("No such time", literal.Position);
        return TemporalText.TryParse(bytes, out var value, out var hasTime)
            ? new LiteralNode(PathItem.Of(hasTime ? ItemKind.DateTime : ItemKind.Date, value)) { Position = literal.Position }
            : Fail("No such date", literal.Position);
    }

    private LiteralNode Literal(PathItem value) => new(value) { Position = Take().Position };

    private PathNode Check(PathNode node)
    {
        var depth = 0;
        foreach (var operand in node.Operands)
            depth = Math.Max(depth, operand.Depth);
        node.Depth = depth + 1;
        return depth < MaxDepth ? node : Fail($"A chain of more than {MaxDepth} steps", node.Position);
    }

    private PathToken Take()
    {
        var taken = token;
        token = lexer.Next();
        return taken;
    }

    private void Expect(string symbol)
    {
        if (token.Is(symbol))
            Take();
        else
            Fail($"{symbol} is expected here");
    }

    private LiteralNode Fail(string message) => Fail(message, token.Position);

    private LiteralNode Fail(string message, int position)
    {
        token = lexer.Fail(message, position);
        return Nothing;
    }
}

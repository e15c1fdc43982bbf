using System.Collections.Immutable;
using System.Globalization;
using FhirGateway.Normalization;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>
/// What validation found in one resource, numbered: the same few sets come again and again. A source with more different ones than
/// are kept has its lines read again each time.
/// </summary>
internal sealed class FindingSets(SqliteDatabase database)
{
    private const int Most = 8_000;
    private const char Between = '\n';
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    /// <summary>The number of a set, a new one if need be; 0 if there are too many.</summary>
    public int NumberOf(LineFindings findings)
    {
        var text = Write(findings);
        if (numbers.TryGetValue(text, out var number))
            return number;
        number = (int)database.Sql("SELECT n FROM finding_set WHERE counts = ?").Bind(text).Scalar();
        if (number == 0)
        {
            if (database.Sql("SELECT max(n) FROM finding_set").Scalar() >= Most)
                return 0;
            database.Sql("INSERT INTO finding_set (counts) VALUES (?)").Bind(text).Run();
            number = (int)database.LastInsertRowId;
        }

        return numbers[text] = number;
    }

    /// <summary>After a rollback a number may stand for nothing.</summary>
    public void Forget() => numbers.Clear();

    public static LineFindings Read(string text)
    {
        var parts = text.Split(Between);
        var counts = ImmutableArray.CreateBuilder<KeyValuePair<string, int>>(parts.Length / 3);
        var places = ImmutableArray.CreateBuilder<string>(parts.Length / 3);
        for (var i = 0; i + 2 < parts.Length; i += 3)
        {
            counts.Add(new(string.Intern(parts[i]), int.Parse(parts[i + 1], CultureInfo.InvariantCulture)));
            places.Add(parts[i + 2]);
        }

        return new LineFindings(counts.DrainToImmutable(), places.DrainToImmutable());
    }

    private static string Write(LineFindings findings) => string.Join(Between, findings.Counts.SelectMany((f, i) => new[]
    {
        f.Key, f.Value.ToString(CultureInfo.InvariantCulture), i < findings.Expressions.Length ? findings.Expressions[i] : "",
    }));
}

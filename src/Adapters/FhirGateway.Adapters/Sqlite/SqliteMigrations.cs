using System.Globalization;
using System.Reflection;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>Numbered scripts, forward only, each in a transaction of its own.</summary>
internal static class SqliteMigrations
{
    private const string Prefix = "FhirGateway.Adapters.Sqlite.Migrations.";

    /// <summary>Applies what is missing; throws <see cref="InvalidDataException"/> if the file was written by a newer version.</summary>
    public static void Apply(SqliteDatabase database)
    {
        var assembly = typeof(SqliteMigrations).Assembly;
        var scripts = assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(n => (Name: n, Number: int.Parse(n.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture))).ToList();
        var version = database.Sql("PRAGMA user_version").Scalar();
        if (version > scripts[^1].Number)
            throw new InvalidDataException($"the state file has schema {version}, this version knows {scripts[^1].Number}: run the newer gateway");
        foreach (var (name, number) in scripts.Where(s => s.Number > version))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            database.Execute("BEGIN IMMEDIATE");
            database.Execute(reader.ReadToEnd());
            database.Execute($"PRAGMA user_version = {number}");
            database.Execute("COMMIT");
        }
    }
}

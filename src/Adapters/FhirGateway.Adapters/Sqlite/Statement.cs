using System.Runtime.InteropServices;
using SQLitePCL;

namespace FhirGateway.Adapters.Sqlite;

/// <summary>A prepared statement: bind in order, step, read, and it resets itself. Not safe for parallel use.</summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt handle;
    private int next;

    public Statement(sqlite3 database, string sql)
    {
        this.database = database;
        SqliteFault.Check(database, raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out handle));
    }

    /// <summary>Starts a new execution.</summary>
    public Statement Begin()
    {
        _ = raw.sqlite3_reset(handle);
        next = 0;
        return this;
    }

    public Statement Bind(long value)
    {
        _ = raw.sqlite3_bind_int64(handle, ++next, value);
        return this;
    }

    public Statement Bind(long? value)
    {
        if (value is { } v)
            return Bind(v);
        _ = raw.sqlite3_bind_null(handle, ++next);
        return this;
    }

    public Statement Bind(string? value)
    {
        if (value is null)
            _ = raw.sqlite3_bind_null(handle, ++next);
        else
            _ = raw.sqlite3_bind_text16(handle, ++next, value.AsSpan());
        return this;
    }

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        _ = raw.sqlite3_bind_blob(handle, ++next, value);
        return this;
    }

    public Statement Bind(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(bytes);
    }

    public Statement BindReal(double value)
    {
        _ = raw.sqlite3_bind_double(handle, ++next, value);
        return this;
    }

    public Statement Bind(DateOnly? value) => Bind((long?)value?.DayNumber);

    /// <summary>Runs to the end.</summary>
    public void Run()
    {
        while (Step())
        {
        }
    }

    /// <summary>Runs to the end; returns how many rows it changed.</summary>
    public int Changes()
    {
        Run();
        return raw.sqlite3_changes(database);
    }

    /// <summary>The next row; after the last the statement is reset, so that no lock is kept.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(handle);
        if (result == raw.SQLITE_ROW)
            return true;
        _ = raw.sqlite3_reset(handle);
        if (result != raw.SQLITE_DONE)
            SqliteFault.Check(database, result);
        return false;
    }

    /// <summary>Reads the one row if there is one.</summary>
    public T? One<T>(Func<Statement, T?> read)
        where T : class
    {
        if (!Step())
            return null;
        var row = read(this);
        _ = raw.sqlite3_reset(handle);
        return row;
    }

    public List<T> All<T>(Func<Statement, T> read)
    {
        var rows = new List<T>();
        while (Step())
            rows.Add(read(this));
        return rows;
    }

    /// <summary>The first column of the first row, or <paramref name="otherwise"/>.</summary>
    public long Scalar(long otherwise = 0)
    {
        if (!Step())
            return otherwise;
        var value = IsNull(0) ? otherwise : Int64(0);
        _ = raw.sqlite3_reset(handle);
        return value;
    }

    public bool Any()
    {
        var any = Step();
        _ = raw.sqlite3_reset(handle);
        return any;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;
    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);
    public int Int32(int column) => raw.sqlite3_column_int(handle, column);
    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);
    public double Real(int column) => raw.sqlite3_column_double(handle, column);
    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();
    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);
    public Guid Guid(int column) => new(Blob(column), bigEndian: true);
    public DateOnly? Day(int column) => IsNull(column) ? null : DateOnly.FromDayNumber(Int32(column));

    public void Dispose() => handle.Dispose();
}

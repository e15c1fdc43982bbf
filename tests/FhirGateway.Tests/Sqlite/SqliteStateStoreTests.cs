using FhirGateway.Adapters.Files;
using FhirGateway.Adapters.Sqlite;
using FhirGateway.Audit;
using FhirGateway.Processing;
using FhirGateway.Publications;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.Sqlite;

/// <summary>The contract of every store, on SQLite.</summary>
public sealed class SqliteStateStoreTests : StateStoreContract
{
    private readonly TestFolder folder = new();
    private readonly ManualClock clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private SqliteStateStore? store;
    private SqliteReader? reader;
    private BodyFiles? bodies;

    protected override (IStateStore Store, IStreamLog Streams, IAuditLog Audit, StreamSignals Signals) Open()
    {
        var signals = new StreamSignals();
        bodies = new BodyFiles(folder.In("bodies"));
        store = new SqliteStateStore(folder.In("state.db"), bodies, signals, clock);
        reader = new SqliteReader(folder.In("state.db"));
        return (store, reader, reader, signals);
    }

    protected override void Close()
    {
        store!.Dispose();
        reader!.Dispose();
        bodies!.Dispose();
    }

    [Fact]
    public async Task A_body_can_be_read_by_a_later_item_of_the_same_group_before_it_is_synced()
    {
        var body = new byte[5000];
        Random.Shared.NextBytes(body);
        var read = await Write(tx =>
        {
            tx.Resources.StoreBody("{}"u8);
            return bodies!.Read(tx.Resources.StoreBody(body));
        });
        Assert.Equal(body, read);
    }
}

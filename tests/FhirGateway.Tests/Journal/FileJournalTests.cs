using System.Collections.Concurrent;
using System.Text;
using FhirGateway.Adapters.Files;
using FhirGateway.Journal;
using FhirGateway.Tests.State;

namespace FhirGateway.Tests.Journal;

public sealed class FileJournalTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TestFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Segment => Directory.EnumerateFiles(folder.Path, "*.log").Order(StringComparer.Ordinal).Last();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Entries_of_sixteen_appenders_read_back_at_the_address_they_were_given()
    {
        var given = new ConcurrentDictionary<EntryId, string>();
        using (var journal = new FileJournal(folder.Path))
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(w => Task.Run(async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    var text = $"{w}/{i} {new string('x', (w * 131) + i)}";
                    Assert.True(given.TryAdd(await journal.AppendAsync(Entry(text, "note"), Cancellation), text));
                }
            })));
            Check(journal, given);
        }

        using var again = new FileJournal(folder.Path);
        Check(again, given);
    }

    [Fact]
    public async Task Borrowed_memory_may_change_once_append_was_called()
    {
        using var journal = new FileJournal(folder.Path);
        var memory = "first"u8.ToArray();
        var appending = journal.AppendAsync(new JournalEntry(EntryKind.Hl7v2Message, 1, Noon, "", memory), Cancellation);
        memory.AsSpan().Fill((byte)'?');
        var id = await appending;
        Assert.Equal("first", Text(Assert.Single(journal.Read(id, 1))));
    }

    [Fact]
    public async Task A_waiting_reader_wakes_when_an_entry_is_durable()
    {
        using var journal = new FileJournal(folder.Path);
        var waiting = journal.WaitAsync(journal.End, Cancellation);
        Assert.False(waiting.IsCompleted);
        await journal.AppendAsync(Entry("a"), Cancellation);
        await waiting.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(30)]
    public async Task A_torn_tail_is_cut_and_the_next_entry_takes_its_place(int torn)
    {
        var ids = await Append("one", "two", "three");
        using (var file = File.OpenWrite(Segment))
            file.SetLength(file.Length - torn);
        using var journal = new FileJournal(folder.Path);
        Assert.Equal(["one", "two"], journal.Read(default, 10).Select(Text));
        Assert.Equal(ids[2], await journal.AppendAsync(Entry("again"), Cancellation));
        Assert.Equal(["one", "two", "again"], journal.Read(default, 10).Select(Text));
    }

    [Fact]
    public async Task Zeros_behind_the_last_entry_are_a_torn_tail()
    {
        await Append("one");
        await using (var file = new FileStream(Segment, FileMode.Append))
            file.Write(new byte[4096]);
        using var journal = new FileJournal(folder.Path);
        Assert.Equal(["one"], journal.Read(default, 10).Select(Text));
    }

    [Fact]
    public async Task Damage_before_the_last_group_is_refused_whichever_byte_it_hits()
    {
        var ids = await Append("one", "two", "three");
        var clean = await File.ReadAllBytesAsync(Segment, Cancellation);
        for (var at = (int)ids[1].Value; at < (int)ids[2].Value; at++)
        {
            var bytes = (byte[])clean.Clone();
            bytes[at] ^= 0x80;
            await File.WriteAllBytesAsync(Segment, bytes, Cancellation);
            Assert.Throws<InvalidDataException>(() => new FileJournal(folder.Path).Dispose());
            Assert.Equal(clean.Length, new FileInfo(Segment).Length);
        }
    }

    [Theory]
    [InlineData(0, new[] { "one", "two", "three" })]
    [InlineData(1, new[] { "one", "two" })]
    [InlineData(25, new[] { "one", "two" })]
    public async Task A_kill_leaves_zeros_ahead_of_the_next_entry_which_takes_their_place(int torn, string[] left)
    {
        var (copy, ids, end) = await KilledAsync();
        Assert.True(new FileInfo(copy).Length > end.Value + 4096);
        await using (var file = new FileStream(copy, FileMode.Open))
        {
            file.Position = end.Value - torn;
            file.Write(new byte[torn]);
        }

        using (var journal = new FileJournal(Path.GetDirectoryName(copy)!))
        {
            Assert.Equal(left, journal.Read(default, 10).Select(Text));
            Assert.Equal(torn == 0 ? end : ids[2], await journal.AppendAsync(Entry("again"), Cancellation));
            Assert.Equal([.. left, "again"], journal.Read(default, 10).Select(Text));
            end = journal.End;
        }

        Assert.Equal(end.Value, new FileInfo(copy).Length);
    }

    [Fact]
    public async Task Damage_before_the_last_group_is_refused_after_a_kill_too()
    {
        var (copy, ids, _) = await KilledAsync();
        var bytes = await File.ReadAllBytesAsync(copy, Cancellation);
        bytes[ids[1].Value + 5] ^= 0x80;
        await File.WriteAllBytesAsync(copy, bytes, Cancellation);
        Assert.Throws<InvalidDataException>(() => new FileJournal(Path.GetDirectoryName(copy)!).Dispose());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(copy, Cancellation));
    }

    [Fact]
    public void Records_outgrow_the_zeros_and_the_segments_that_end_with_them()
    {
        var addresses = new List<long>();
        var copy = folder.In("killed");
        using (var log = new SegmentedLog(folder.In("log"), 300_000, ahead: 100_000))
        {
            for (var i = 0; i < 50; i++)
            {
                addresses.Add(log.Append(Encoding.ASCII.GetBytes($"record {i} {new string('x', i * 1000)}")));
                log.Sync();
            }

            TestFolder.Copy(folder.In("log"), copy);
        }

        using var again = new SegmentedLog(copy, 300_000, ahead: 100_000);
        Assert.Equal(4, Directory.GetFiles(copy).Length);
        Assert.All(addresses.Select((a, i) => (a, i)), x => Assert.Equal($"record {x.i} {new string('x', x.i * 1000)}", Encoding.ASCII.GetString(again.Read(x.a))));
        Assert.Equal(SegmentedLog.After(addresses[^1], "record 49 ".Length + 49_000), again.End);
    }

    [Fact]
    public void Damage_inside_a_group_that_was_never_synced_is_a_torn_tail()
    {
        using (var log = new SegmentedLog(folder.Path, 1 << 20))
        {
            log.Append("synced"u8);
            log.Sync();
            log.Append("lost page"u8);
            log.Append("page that reached the disk"u8);
            log.Sync();
        }

        var bytes = File.ReadAllBytes(Segment);
        bytes.AsSpan("synced".Length + (2 * SegmentedLog.HeaderSize), 4).Clear();
        File.WriteAllBytes(Segment, bytes);
        using var again = new SegmentedLog(folder.Path, 1 << 20);
        Assert.Equal(SegmentedLog.HeaderSize + "synced".Length, again.End);
    }

    [Fact]
    public void Records_are_read_across_segments_and_after_a_restart()
    {
        var addresses = new List<long>();
        using (var log = new SegmentedLog(folder.Path, 100))
        {
            for (var i = 0; i < 50; i++)
            {
                addresses.Add(log.Append(Encoding.ASCII.GetBytes("record " + i)));
                log.Sync();
            }
        }

        Assert.True(Directory.GetFiles(folder.Path).Length > 5);
        using var again = new SegmentedLog(folder.Path, 100);
        Assert.All(addresses.Select((a, i) => (a, i)), x => Assert.Equal("record " + x.i, Encoding.ASCII.GetString(again.Read(x.a))));
    }

    [Fact]
    public async Task What_could_not_be_synced_is_never_acknowledged_and_needs_no_repair()
    {
        // The first segment cannot be made while a folder has its name, as on a disk without room for another file.
        var blocked = folder.In(0L.ToString("x16", System.Globalization.CultureInfo.InvariantCulture) + ".log");
        using var journal = new FileJournal(folder.Path);
        Directory.CreateDirectory(blocked);
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<IOException>(async () => await journal.AppendAsync(Entry("refused"), Cancellation));
        Assert.Empty(journal.Read(default, 10));
        Directory.Delete(blocked);
        await journal.AppendAsync(Entry("taken"), Cancellation);
        Assert.Equal(["taken"], journal.Read(default, 10).Select(Text));
    }

    [Fact]
    public async Task A_note_of_255_bytes_is_kept_and_a_longer_one_refused()
    {
        using var journal = new FileJournal(folder.Path);
        var id = await journal.AppendAsync(Entry("a", new string('n', 255)), Cancellation);
        Assert.Equal(255, journal.Read(id, 1)[0].Entry.Note.Length);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.AppendAsync(Entry("a", new string('n', 256)), Cancellation));
    }

    private static void Check(FileJournal journal, ConcurrentDictionary<EntryId, string> given)
    {
        var read = new List<JournaledEntry>();
        while (journal.Read(read.Count == 0 ? default : read[^1].Next, 100) is { Count: > 0 } page)
            read.AddRange(page);
        Assert.Equal(given.Count, read.Count);
        Assert.Equal(journal.End, read[^1].Next);
        Assert.All(read, e => Assert.Equal(given[e.Id], Text(e)));
        Assert.All(read, e => Assert.Equal((3, Noon, "note"), (e.Entry.Source, e.Entry.ReceivedAt, e.Entry.Note)));
    }

    private async Task<List<EntryId>> Append(params string[] texts)
    {
        using var journal = new FileJournal(folder.Path);
        var ids = new List<EntryId>();
        foreach (var text in texts)
            ids.Add(await journal.AppendAsync(Entry(text), Cancellation));
        return ids;
    }

    /// <summary>A copy of the segment as a kill leaves it, after three entries.</summary>
    private async Task<(string Segment, List<EntryId> Ids, EntryId End)> KilledAsync()
    {
        using var journal = new FileJournal(folder.In("log"));
        var ids = new List<EntryId>();
        foreach (var text in new[] { "one", "two", "three" })
            ids.Add(await journal.AppendAsync(Entry(text), Cancellation));
        TestFolder.Copy(folder.In("log"), folder.In("killed"));
        return (Assert.Single(Directory.GetFiles(folder.In("killed"))), ids, journal.End);
    }

    private static JournalEntry Entry(string text, string note = "note") =>
        new(EntryKind.Hl7v2Message, 3, Noon, note, Encoding.ASCII.GetBytes(text));

    private static string Text(JournaledEntry entry) => Encoding.ASCII.GetString(entry.Entry.Content.Span);
}

using System.Buffers;
using System.Globalization;
using FhirGateway.Adapters.Egress;
using FhirGateway.Adapters.Smart;

namespace FhirGateway.Adapters.BulkFhir;

/// <summary>The attempts to receive all bytes of one file, each going on where the one before was cut, as far as the server lets us.</summary>
internal sealed class FileTransfer(EgressClient egress, FileDownloadOptions options, TimeProvider clock, FileRequest request, PartialFile part) : IDisposable
{
    private const int BufferSize = 512 * 1024;
    private const int Fruitful = 64 * 1024;
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(30);
    private readonly FileFaults faults = new(request);
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private byte[] spare = ArrayPool<byte>.Shared.Rent(BufferSize);
    private EgressCredential? credential;
    private EgressCredential? refused;
    private bool renewed;
    private TimeSpan waited;
    private int fruitless;
    private int fullReads;
    private FileFault? begunAgain;

    /// <summary>Requests so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>The end of the last answer was marked by its last chunk.</summary>
    public bool IsEndMarked { get; private set; }

    /// <summary>Null once an answer ended as announced; else why it will not.</summary>
    public async Task<FileFault?> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (!part.IsAllThere || part.Length == 0)
        {
            var before = part.Length;
            var step = Attempts++ < options.MostAttempts ? await AttemptAsync(cancellationToken) : FileStep.Fail(faults.Exhausted(Attempts - 1));
            if (part.Length - before >= Fruitful)
                (fruitless, waited) = (0, TimeSpan.Zero);
            if (step.IsEnd)
                return step.Fault;
            if (step.Pause is { } pause)
            {
                waited += pause;
                await Task.Delay(pause, clock, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>Begins again from the first byte; false where that was done often enough.</summary>
    /// <param name="reason">What was wrong with what is there.</param>
    public bool Restart(FileFault reason)
    {
        begunAgain = reason;
        part.Begin(validator: null, total: null, encoding: "");
        return fullReads < options.MostFullReads;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        ArrayPool<byte>.Shared.Return(spare);
    }

    private async Task<FileStep> AttemptAsync(CancellationToken cancellationToken)
    {
        var resumes = part.Length > 0 && part.Validator is not null;
        try
        {
            if (request.Credential is { } give)
            {
                credential = await give(refused, cancellationToken);
                if (!credential.Origin.IsOf(request.Url))
                    return FileStep.Fail(faults.ForeignCredential(credential));
            }

            await using var answer = await egress.SendAsync(Request(resumes), request.Allowance, cancellationToken);
            return Judge(answer, resumes) is { } step ? step : await ReadAsync(answer, cancellationToken);
        }
        catch (EgressException e)
        {
            return faults.Of(e) is { } fault ? FileStep.Fail(fault) : Fruitless(faults.Unreachable(e));
        }
        catch (SmartException e)
        {
            return FileStep.Fail(faults.Of(e));
        }
    }

    private EgressRequest Request(bool resumes)
    {
        List<EgressHeader> headers = [.. request.Headers];
        if (!headers.Exists(h => h.Name.Equals("Accept", StringComparison.OrdinalIgnoreCase)))
            headers.Add(new EgressHeader("Accept", "application/fhir+ndjson"));
        headers.Add(new EgressHeader("Accept-Encoding", "gzip"));
        if (resumes)
        {
            headers.Add(new EgressHeader("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={part.Length}-")));
            headers.Add(new EgressHeader("If-Range", part.Validator!));
        }

        return EgressRequest.Get(request.Url) with { Headers = [.. headers], Credential = credential, Redirects = EgressRedirects.AllowedOrigins, MayRetry = false };
    }

    /// <summary>What the status says; null where the body is to be read.</summary>
    private FileStep? Judge(EgressResponse answer, bool resumes)
    {
        switch (answer.Status)
        {
            case 200 or 204:
                return Begin(answer);
            case 206 when resumes && FileAnswer.Continues(answer, part) is { } total:
                part.Continue(total);
                return null;
            case 206 or 412 or 416 when resumes:
                return Again(faults.Changed());
            case 401 when credential is not null && credential != refused && !renewed:
                (refused, renewed) = (credential, true);
                return FileStep.GoOn;
            case 401:
                return FileStep.Fail(faults.Unauthorized());
            case 403 or 404 or 410:
                return FileStep.Fail(faults.LinkExpired(answer.Status));
            case 429 or 503:
                return Busy(answer);
            case 408 or 425 or >= 500:
                return Fruitless(faults.Status(answer.Status));
            default:
                return FileStep.Fail(faults.Refused(answer.Status));
        }
    }

    private FileStep? Begin(EgressResponse answer)
    {
        if (FileAnswer.IsWrongType(answer))
            return FileStep.Fail(faults.WrongType(answer.MediaType!));
        if (fullReads++ >= options.MostFullReads)
            return FileStep.Fail(begunAgain ?? faults.Short());
        begunAgain = null;
        part.Begin(FileAnswer.Validator(answer), answer.Status == 204 ? 0 : answer.ContentLength, answer.ContentEncoding);
        return null;
    }

    private FileStep Again(FileFault reason)
    {
        if (!Restart(reason))
            return FileStep.Fail(reason);
        return FileStep.GoOn;
    }

    private FileStep Busy(EgressResponse answer)
    {
        var pause = answer.RetryAfter ?? Pause();
        fruitless++;
        return waited + pause > options.MostWait ? FileStep.Fail(faults.Busy(answer.Status, pause)) : FileStep.After(pause);
    }

    private async Task<FileStep> ReadAsync(EgressResponse answer, CancellationToken cancellationToken)
    {
        renewed = false;
        IsEndMarked = answer.IsChunked || answer.Status == 204;
        var before = part.Length;
        try
        {
            var budget = new EgressBudget { MostBytes = Math.Max(0, request.MostBytes - part.Length), LeastBytesPerSecond = options.LeastBytesPerSecond, SlowWindow = options.SlowWindow };
            await using var body = await answer.OpenAsync(budget, EgressBody.AsReceived, cancellationToken);
            await CopyAsync(body, cancellationToken);
        }
        catch (EgressException e) when (e.Code is EgressFaultCode.CutOff or EgressFaultCode.Timeout or EgressFaultCode.Malformed)
        {
            return Cut(before);
        }

        if (part.Total is not { } total || part.Length == total)
            return FileStep.End;
        return part.Length > total ? Again(faults.Changed()) : Cut(before);
    }

    /// <summary>One buffer is filled while the other is hashed and written.</summary>
    private async Task CopyAsync(Stream body, CancellationToken cancellationToken)
    {
        var filled = 0;
        var keeping = Task.CompletedTask;
        try
        {
            int read;
            while ((read = await body.ReadAsync(buffer.AsMemory(filled, BufferSize - filled), cancellationToken)) > 0)
            {
                filled += read;
                if (filled < BufferSize / 2)
                    continue;
                await keeping;
                (buffer, spare) = (spare, buffer);
                var (full, length) = (spare, filled);
                filled = 0;
                keeping = Task.Run(() => Keep(full.AsSpan(0, length)), CancellationToken.None);
            }
        }
        finally
        {
            // What came before a cut is as good as the rest.
            await keeping;
            Keep(buffer.AsSpan(0, filled));
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        part.Append(bytes);
        request.Progress?.Report(part.Length);
    }

    private FileStep Cut(long before)
    {
        if (part.Validator is not null)
            return part.Length - before >= Fruitful ? FileStep.GoOn : Fruitless(faults.CutAgain());
        begunAgain = faults.Short();
        return Fruitless(begunAgain);
    }

    private FileStep Fruitless(FileFault reason) => ++fruitless >= options.MostFruitless ? FileStep.Fail(reason) : FileStep.After(Pause());

    /// <summary>Doubles with each fruitless attempt, between half and one and a half of its middle.</summary>
    private TimeSpan Pause()
    {
        var middle = options.RetryDelay * Math.Pow(2, Math.Min(fruitless, 10)) / 2;
        return (middle < MostPause ? middle : MostPause) * (0.5 + Random.Shared.NextDouble());
    }
}

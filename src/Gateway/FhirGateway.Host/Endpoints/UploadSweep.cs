namespace FhirGateway.Host.Endpoints;

/// <summary>Removes uploads in parts that nobody goes on with: at start, then every hour.</summary>
internal sealed partial class UploadSweep(PartialUploads uploads, TimeProvider clock, ILogger<UploadSweep> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                if (await uploads.RemoveStaleAsync(stoppingToken) is > 0 and var left)
                    Log.Left(log, left);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next hour tries again: nothing is lost by bytes that stay longer.
                Log.NotRemoved(log, e.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The bytes of {Uploads} uploads that are over cannot be removed")]
        public static partial void Left(ILogger logger, int uploads);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Old uploads could not be removed: {Fault}")]
        public static partial void NotRemoved(ILogger logger, string fault);
    }
}

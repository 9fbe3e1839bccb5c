using Hangfire;
using Hangfire.PostgreSql;
using Hangfire.States;
using LinboPortal.Core.Jobs;
using Npgsql;
using Call = Hangfire.Common.Job;

namespace LinboPortal.Jobs.Running;

/// <summary>Hangfire's queues, one for each priority: it says when, and calls the runner. Its tables lie in a schema of their own.</summary>
internal sealed partial class HangfireQueue(JobStorage storage, ILogger<HangfireQueue> log)
{
    public const string Schema = "hangfire";

    /// <summary>The queues, the most urgent first: Hangfire serves them in this order.</summary>
    public static string[] Queues { get; } = ["a-high", "b-normal", "c-low"];

    private readonly BackgroundJobClient client = new(storage);

    /// <summary>Puts a job into its queue.</summary>
    public void Enqueue(Job job)
    {
        try
        {
            var queue = Queues[2 - (int)job.Priority];
            IState state = job is { State: JobState.Planned, NotBefore: { } at } ? new ScheduledState(at.UtcDateTime) : new EnqueuedState(queue);
            client.Create(Call.FromExpression<JobRunner>(runner => runner.RunAsync(job.Id, CancellationToken.None), queue), state);
        }
        catch (BackgroundJobClientException e)
        {
            LogNotQueued(job.Number, e.GetBaseException().Message); // the rows are there, and the look for forgotten jobs finds them
        }
    }

    /// <summary>Hangfire's tables in the portal's database.</summary>
    public static JobStorage CreateStorage(NpgsqlDataSource source) => new PostgreSqlStorage(new Connections(source), new PostgreSqlStorageOptions
    {
        SchemaName = Schema,
        PrepareSchemaIfNecessary = false, // the database is not there yet when this is made; see JobServer
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(2),
        QueuePollInterval = TimeSpan.FromSeconds(15),
        EnableLongPolling = true,
    });

    [LoggerMessage(LogLevel.Warning, "Job {Number} could not be queued and is looked for later: {Reason}")]
    private partial void LogNotQueued(int number, string reason);

    private sealed class Connections(NpgsqlDataSource source) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => source.CreateConnection();
    }
}

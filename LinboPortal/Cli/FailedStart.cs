namespace LinboPortal.Cli;

/// <summary>A start that fails says why in one line; the stack trace is for those who build the portal.</summary>
internal static class FailedStart
{
    public static void SaySo() => AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
    {
        Console.Error.WriteLine(failure.ExceptionObject is Exception e ? $"LinboPortal has ended: {Reason(e)}" : "LinboPortal has ended.");
        Console.Error.Flush();
        Environment.Exit(1);
    };

    // The outer exception names the setting and the remedy, the inner one only what the system said.
    // EF Core's own word for a database that is away or busy says nothing; PostgreSQL's does.
    private static string Reason(Exception e) => e switch
    {
        AggregateException => e.GetBaseException().Message,
        InvalidOperationException { InnerException: System.Data.Common.DbException } => $"The database did not do what was asked: {e.GetBaseException().Message}",
        _ => e.Message,
    };
}

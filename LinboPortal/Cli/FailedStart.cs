namespace LinboPortal.Cli;

/// <summary>A start that fails says why in one line; the stack trace is for those who build the portal.</summary>
internal static class FailedStart
{
    public static void SaySo() => AppDomain.CurrentDomain.UnhandledException += (_, failure) =>
    {
        Console.Error.WriteLine(failure.ExceptionObject is Exception e ? $"LinboPortal has ended: {e.GetBaseException().Message}" : "LinboPortal has ended.");
        Console.Error.Flush();
        Environment.Exit(1);
    };
}

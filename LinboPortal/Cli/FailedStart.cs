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

    // Below a setting of the wrong type lies what the type says of it, without the setting's name.
    private static string Reason(Exception e) => e is InvalidOperationException { InnerException: ArgumentException } ? e.Message : e.GetBaseException().Message;
}

using System.Diagnostics;

namespace LinboPortal.Testing;

/// <summary>
/// Waits for what a test means, by looking again and again. Each wait says what it waits for; the limit is long because it is reached only where
/// the test fails anyhow, and a machine that does other work besides is no failure.
/// </summary>
public static class Wait
{
    /// <summary>How long anything may take: one minute, three beside a load (<c>LINBOPORTAL_TEST_LOAD=1</c>).</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(Environment.GetEnvironmentVariable("LINBOPORTAL_TEST_LOAD") is "1" ? 3 : 1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Waits until it is so.</summary>
    /// <param name="what">What is waited for, as a sentence: <c>"the file follows"</c>.</param>
    /// <param name="isSo">Looks.</param>
    /// <param name="found">Says at a failure what is there instead.</param>
    public static Task UntilAsync(string what, Func<bool> isSo, Func<string>? found = null) => UntilAsync(what, () => Task.FromResult(isSo()), found);

    /// <summary>Waits until it is so.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> isSo, Func<string>? found = null) =>
        await ForAsync(what, async () => await isSo() ? what : null, found);

    /// <summary>Waits until the answer is something.</summary>
    /// <returns>The answer.</returns>
    public static Task<T> ForAsync<T>(string what, Func<Task<T?>> ask, Func<string>? found = null)
        where T : class => ForAsync(what, Limit, Pause, ask, TestContext.Current.CancellationToken, found);

    /// <summary>Waits for a task that must end by itself.</summary>
    public static async Task<T> ForAsync<T>(string what, Task<T> task)
    {
        try
        {
            return await task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException e)
        {
            throw Failure(what, Limit, null, e);
        }
    }

    /// <summary>Waits for a task that must end by itself.</summary>
    public static async Task ForAsync(string what, Task task)
    {
        try
        {
            await task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException e)
        {
            throw Failure(what, Limit, null, e);
        }
    }

    /// <summary>Waits with a limit of its own: for what takes minutes, such as the boot of a PC.</summary>
    public static async Task<T> ForAsync<T>(string what, TimeSpan limit, TimeSpan pause, Func<Task<T?>> ask, CancellationToken ct, Func<string>? found = null)
        where T : class
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            // Looked at once more after the limit: a machine that stood still meanwhile has not shown that it is not so.
            var isLast = waited.Elapsed > limit;
            if (await ask() is { } answer)
                return answer;
            if (isLast)
                throw Failure(what, limit, found?.Invoke(), null);
            await Task.Delay(pause, ct);
        }
    }

    private static TimeoutException Failure(string what, TimeSpan limit, string? found, Exception? inner) =>
        new($"Not within {limit.TotalSeconds:0} s: {what}{(found is null ? "" : $". There is: {found}")}", inner);
}

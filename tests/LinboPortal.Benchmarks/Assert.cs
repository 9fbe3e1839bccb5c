namespace LinboPortal.Benchmarks;

/// <summary>What the fake clients of the tests ask of xUnit, which a benchmark does without.</summary>
internal static class Assert
{
    public static void Skip(string reason) => throw new InvalidOperationException(reason);
}

/// <summary>What shared files ask xUnit for, where there is none.</summary>
internal sealed class TestContext
{
    public static TestContext Current { get; } = new();

    public CancellationToken CancellationToken { get; } = CancellationToken.None;
}

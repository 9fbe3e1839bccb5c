namespace LinboPortal.EndToEnd;

/// <summary>For tests that start portals or PCs: side by side on two cores they would only wait for one another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneOnTheMachine
{
    public const string Name = "alone on the machine";
}

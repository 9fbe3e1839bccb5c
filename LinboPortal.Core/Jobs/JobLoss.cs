namespace LinboPortal.Core.Jobs;

/// <summary>What is gone once a dangerous command ran.</summary>
public enum LostThing
{
    /// <summary>Everything on the disk, the cache with all images too.</summary>
    Disk,

    /// <summary>Everything on partitions; <see cref="JobLoss.Subjects"/> are their labels or devices.</summary>
    Partitions,

    /// <summary>What was changed in systems since; <see cref="JobLoss.Subjects"/> are their names.</summary>
    Systems,

    /// <summary>The image in the PC's cache, which is made anew; <see cref="JobLoss.Subjects"/> is its name.</summary>
    CachedImage,

    /// <summary>The image on the server, which becomes an old version; <see cref="JobLoss.Subjects"/> is its name.</summary>
    ServerImage,
}

/// <summary>What one dangerous command of a job takes from how many PCs.</summary>
/// <param name="Thing">What.</param>
/// <param name="Command">By which command, as it stands on the wire.</param>
/// <param name="Hosts">From how many PCs.</param>
/// <param name="Subjects">Names of what is lost; empty where start.conf does not tell.</param>
public sealed record JobLoss(LostThing Thing, string Command, int Hosts, IReadOnlyList<string> Subjects);

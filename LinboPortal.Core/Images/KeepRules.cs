namespace LinboPortal.Core.Images;

/// <summary>A former version as the rules see it.</summary>
/// <param name="Id">Key.</param>
/// <param name="MadeAt">When the image was made.</param>
/// <param name="Pinned">True where a person wants it kept.</param>
/// <param name="IsGood">True where it can be put back.</param>
public sealed record KeptVersion(Guid Id, DateTimeOffset MadeAt, bool Pinned, bool IsGood = true);

/// <summary>
/// Which former versions stay: the newest <paramref name="Last"/>, those of the last <paramref name="Days"/> days, and pinned ones. A version goes
/// only where every rule lets it go; without any rule none goes.
/// </summary>
/// <param name="Last">How many; null = no such rule.</param>
/// <param name="Days">How old in days; null = no such rule.</param>
public sealed record KeepRules(int? Last, int? Days)
{
    /// <summary>The versions that go, oldest first.</summary>
    /// <param name="former">The former versions; the current set is never among them.</param>
    /// <param name="now">The time.</param>
    /// <param name="currentIsGood">False where the current set is broken: then the newest good version stays, whatever the rules say.</param>
    public IReadOnlyList<KeptVersion> WhatGoes(IEnumerable<KeptVersion> former, DateTimeOffset now, bool currentIsGood = true)
    {
        if (Last is null && Days is null)
            return [];
        var newestFirst = former.OrderByDescending(v => v.MadeAt).ThenByDescending(v => v.Id).ToList();
        var rescue = currentIsGood ? null : newestFirst.Find(v => v.IsGood);
        return
        [
            .. newestFirst
                .Where((v, i) => !v.Pinned && v != rescue && !(i < Last) && !(Days is { } days && now - v.MadeAt <= TimeSpan.FromDays(days)))
                .Reverse(),
        ];
    }
}

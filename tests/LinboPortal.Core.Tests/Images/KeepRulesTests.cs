using LinboPortal.Core.Images;

namespace LinboPortal.Core.Tests.Images;

public sealed class KeepRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private static List<KeptVersion> Versions(params int[] ages) =>
        [.. ages.Select(age => new KeptVersion(Guid.CreateVersion7(), Now.AddDays(-age), Pinned: false))];

    private static IEnumerable<int> Ages(IEnumerable<KeptVersion> versions) => versions.Select(v => (int)(Now - v.MadeAt).TotalDays);

    [Fact]
    public void Without_a_rule_none_goes() => Assert.Empty(new KeepRules(null, null).WhatGoes(Versions(1, 100, 1000), Now));

    [Fact]
    public void The_last_ones_stay_whatever_their_order() => Assert.Equal([9, 7], Ages(new KeepRules(2, null).WhatGoes(Versions(9, 3, 7, 5), Now)));

    [Fact]
    public void Young_ones_stay() => Assert.Equal([31], Ages(new KeepRules(null, 30).WhatGoes(Versions(1, 30, 31), Now)));

    [Fact]
    public void A_version_goes_only_where_both_rules_let_it() => Assert.Equal([50, 40], Ages(new KeepRules(2, 30).WhatGoes(Versions(1, 20, 25, 40, 50), Now)));

    [Fact]
    public void Two_of_three_old_ones_stay_by_number() => Assert.Equal([60], Ages(new KeepRules(2, 30).WhatGoes(Versions(40, 50, 60), Now)));

    [Fact]
    public void Zero_is_a_rule() => Assert.Equal([5, 3], Ages(new KeepRules(0, null).WhatGoes(Versions(3, 5), Now)));

    [Fact]
    public void Pinned_ones_stay_and_count_among_the_last()
    {
        var versions = Versions(1, 2, 3);
        versions[2] = versions[2] with { Pinned = true };
        versions[0] = versions[0] with { Pinned = true };
        Assert.Equal([2], Ages(new KeepRules(1, null).WhatGoes(versions, Now)));
        Assert.Empty(new KeepRules(2, null).WhatGoes(versions, Now));
    }

    [Fact]
    public void While_the_current_image_is_broken_the_newest_good_version_stays()
    {
        var versions = Versions(1, 2, 3);
        versions[0] = versions[0] with { IsGood = false };
        Assert.Equal([3, 1], Ages(new KeepRules(0, null).WhatGoes(versions, Now, currentIsGood: false)));
    }
}

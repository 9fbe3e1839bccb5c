using LinboPortal.Hosts;

namespace LinboPortal.Tests.Hosts;

public sealed class NaturalOrderTests
{
    [Fact]
    public void Numbers_in_names_count_as_numbers()
    {
        string[] names = ["pc10", "r2-pc1", "pc2", "PC1", "pc", "pc02b", "r10-pc1"];
        Assert.Equal(["pc", "PC1", "pc2", "pc02b", "pc10", "r2-pc1", "r10-pc1"], names.Order(NaturalOrder.Names));
    }

    [Fact]
    public void A_number_of_any_length_is_no_overflow()
    {
        Assert.True(NaturalOrder.Names.Compare("pc" + new string('9', 60), "pc1" + new string('0', 60)) < 0);
    }
}

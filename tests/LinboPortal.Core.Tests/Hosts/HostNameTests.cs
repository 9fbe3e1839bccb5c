using LinboPortal.Core.Hosts;

namespace LinboPortal.Core.Tests.Hosts;

public sealed class HostNameTests
{
    private const string Student = HostRoles.StudentComputer;

    [Theory]
    [InlineData("r101-pc01", "r101-pc01")]
    [InlineData("R101-PC01", "r101-pc01")]
    [InlineData("a", "a")]
    [InlineData("1a", "1a")]
    [InlineData("pc--1", "pc--1")]
    [InlineData("abcdefghijklmno", "abcdefghijklmno")]
    public void A_good_name_is_taken_in_lower_case(string text, string expected)
    {
        Assert.Null(HostName.Read(text, Host.DefaultSchool, Student, out var name));
        Assert.Equal(expected, name.Value);
    }

    [Theory]
    [InlineData("", HostProblem.Missing, "")]
    [InlineData("pc 1", HostProblem.BadCharacter, " ")]
    [InlineData("pc_1", HostProblem.BadCharacter, "_")]
    [InlineData("pc.1", HostProblem.BadCharacter, ".")]
    [InlineData("pcä", HostProblem.BadCharacter, "ä")]
    [InlineData("pc/../x", HostProblem.BadCharacter, "/")]
    [InlineData("pc\0", HostProblem.BadCharacter, "U+0000")]
    [InlineData("pc;reboot", HostProblem.BadCharacter, ";")]
    [InlineData("pc💻", HostProblem.BadCharacter, "💻")]
    [InlineData("-pc", HostProblem.HyphenAtEdge, "")]
    [InlineData("pc-", HostProblem.HyphenAtEdge, "")]
    [InlineData("-", HostProblem.HyphenAtEdge, "")]
    [InlineData("12345", HostProblem.OnlyDigits, "")]
    [InlineData("abcdefghijklmnop", HostProblem.TooLong, "15")]
    public void A_bad_name_is_refused_and_says_why(string text, HostProblem problem, string other)
    {
        var issue = HostName.Read(text, Host.DefaultSchool, Student, out _);
        Assert.Equal((HostField.Name, problem, other), (issue?.Field, issue?.Problem, issue?.Other));
        Assert.False(issue!.IsWarning);
    }

    [Fact]
    public void Another_school_puts_its_name_before()
    {
        Assert.Null(HostName.Read("PC1", "gym", Student, out var name));
        Assert.Equal("gym-pc1", name.Value);
        Assert.Equal("pc1", HostName.WithoutPrefix(name.Value, "gym"));
        Assert.Equal("pc1", HostName.WithoutPrefix("pc1", Host.DefaultSchool));
    }

    [Fact]
    public void The_prefix_counts_towards_the_length() =>
        Assert.Equal(HostProblem.TooLong, HostName.Read("abcdefghijklm", "gym", Student, out _)?.Problem);

    [Theory]
    [InlineData("printer")]
    [InlineData("switch")]
    [InlineData("wlan")]
    [InlineData("byod")]
    [InlineData("")]
    public void A_device_without_an_account_in_the_directory_may_have_a_long_name(string role)
    {
        Assert.Null(HostName.Read(new string('p', 63), Host.DefaultSchool, role, out _));
        Assert.Equal("63", HostName.Read(new string('p', 64), Host.DefaultSchool, role, out _)?.Other);
    }

    [Theory]
    [InlineData("101", true)]
    [InlineData("R101-a", true)]
    [InlineData("", false)]
    [InlineData("r 101", false)]
    [InlineData("-r", false)]
    [InlineData("büro", false)]
    public void A_room_may_be_a_number(string text, bool good) => Assert.Equal(good, HostName.CheckRoom(text) is null);

    [Theory]
    [InlineData("lab1", true)]
    [InlineData("win+linux_2-x", true)]
    [InlineData("", false)]
    [InlineData("lab 1", false)]
    [InlineData("../x", false)]
    [InlineData("lab.1", false)]
    public void A_group_is_part_of_a_file_name(string text, bool good) => Assert.Equal(good, DeviceTexts.CheckGroup(text) is null);
}

using LinboPortal.Core.Images;

namespace LinboPortal.Core.Tests.Images;

public sealed class ImageNameTests
{
    [Theory]
    [InlineData("win10")]
    [InlineData("Win_10-pro")]
    [InlineData("_x")]
    [InlineData("ubuntu22.04")]
    [InlineData("2026")]
    public void Names_of_LINBO_are_read(string text)
    {
        Assert.True(ImageName.TryParse(text, out var name));
        Assert.Equal(text, name.Value);
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../etc")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData(".hidden")]
    [InlineData("-rf")]
    [InlineData("a..b")]
    [InlineData("a.")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a$(id)")]
    [InlineData("a;b")]
    [InlineData("bär")]
    [InlineData("tmp")]
    [InlineData("TMP")]
    [InlineData("win.qcow2")]
    [InlineData("win.info")]
    [InlineData("win.macct")]
    [InlineData("win.qcow2.BAK")]
    public void Names_that_could_lead_elsewhere_or_mean_two_things_are_refused(string? text) => Assert.False(ImageName.TryParse(text, out _));

    [Fact]
    public void A_name_has_an_end()
    {
        Assert.True(ImageName.TryParse(new string('a', ImageName.MaxLength), out _));
        Assert.False(ImageName.TryParse(new string('a', ImageName.MaxLength + 1), out _));
    }

    [Fact]
    public void New_names_have_no_dots()
    {
        Assert.True(ImageName.TryParseNew("win11", out _));
        Assert.False(ImageName.TryParseNew("ubuntu22.04", out _));
    }

    [Theory]
    [InlineData("win10.qcow2", "win10", ImageFileKind.Qcow2, null)]
    [InlineData("win10.qdiff", "win10", ImageFileKind.Qdiff, null)]
    [InlineData("live.iso", "live", ImageFileKind.Iso, null)]
    [InlineData("ubuntu22.04.qcow2", "ubuntu22.04", ImageFileKind.Qcow2, null)]
    [InlineData("win10.qcow2.info", "win10", ImageFileKind.Qcow2, "info")]
    [InlineData("win10.qdiff.macct", "win10", ImageFileKind.Qdiff, "macct")]
    [InlineData("win10.qcow2.postsync", "win10", ImageFileKind.Qcow2, "postsync")]
    [InlineData("win10.postsync", "win10", null, "postsync")]
    [InlineData("win10.reg", "win10", null, "reg")]
    [InlineData("win10.macct", "win10", null, "macct")]
    [InlineData("ubuntu22.04.prestart", "ubuntu22.04", null, "prestart")]
    [InlineData("win10.driverpostsync", "win10", null, "driverpostsync")]
    public void Files_of_an_image_are_known_by_their_name(string text, string image, ImageFileKind? kind, string? sidecar)
    {
        Assert.True(ImagePart.TryParse(text, out var part));
        Assert.Equal((image, kind, sidecar), (part.Image.Value, part.Kind, part.Sidecar?.Ending));
        Assert.Equal(text, part.ToString());
        Assert.Equal(sidecar is null, part.IsImage);
    }

    [Theory]
    [InlineData("win10")]
    [InlineData("win10.info")]
    [InlineData("win10.desc")]
    [InlineData("win10.qcow2.prestart")]
    [InlineData("win10.qcow2.info.info")]
    [InlineData(".qcow2")]
    [InlineData(".win10.qcow2.aB3xYz")]
    [InlineData("win10.qcow2.BAK")]
    [InlineData("win10.QCOW2")]
    [InlineData("win10.exe")]
    [InlineData("-x.qcow2")]
    [InlineData("a/b.qcow2")]
    [InlineData("")]
    public void Other_files_are_not(string text) => Assert.False(ImagePart.TryParse(text, out _));

    [Theory]
    [InlineData("images/win10/win10.qcow2", true)]
    [InlineData("/images//win10/win10.qdiff.info", true)]
    [InlineData("images/win10/win11.qcow2", false)]
    [InlineData("images/win10.qcow2", false)]
    [InlineData("images/win10/backups/win10.qcow2", false)]
    [InlineData("images/../win10.qcow2", false)]
    [InlineData("win10.qcow2", false)]
    public void A_client_sends_files_to_the_images_own_directory_only(string path, bool good) => Assert.Equal(good, ImagePart.TryParsePath(path, out _));

    [Fact]
    public void Sidecars_that_tell_of_the_content_go_with_it_and_the_administrators_work_stays()
    {
        string[] ofContent = ["info", "desc", "torrent", "hash", "macct", "md5"];
        Assert.Equal(ofContent, ImageSidecar.All.Where(s => s.IsOfContent).Select(s => s.Ending));
    }

    [Fact]
    public void The_machine_account_never_comes_from_a_client()
    {
        string[] sent = ["info", "desc", "torrent", "hash"];
        Assert.Equal(sent, ImageSidecar.All.Where(s => s.IsSentByClients).Select(s => s.Ending));
    }
}

using System.Globalization;
using System.Net;
using Bunit;
using LinboPortal.Core.Images;
using LinboPortal.Images;
using LinboPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace LinboPortal.Tests.Images;

/// <summary>What pages of images draw, and for whom.</summary>
public sealed class ImagePartsTests : BunitContext
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 8, 0, 0, TimeSpan.Zero);

    public ImagePartsTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("en");
        Services.AddLocalization();
        Services.AddSingleton(TimeProvider.System);
        Services.AddScoped<Ticker>();
    }

    [Fact]
    public void Who_may_only_look_sees_versions_and_no_way_to_change_them()
    {
        var list = Render<ImageVersions>(p => p.Add(x => x.Sight, Sight()).Add(x => x.MayEdit, false));
        Assert.Equal(3, list.FindAll("tbody tr").Count);
        Assert.Empty(list.FindAll("button, input, a"));
        Assert.Contains("before the exam", list.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_is_put_back_by_its_own_button_and_a_broken_one_is_not()
    {
        ImageVersion? chosen = null;
        var list = Render<ImageVersions>(p => p.Add(x => x.Sight, Sight()).Add(x => x.MayEdit, true)
            .Add(x => x.OnRestore, EventCallback.Factory.Create<ImageVersion>(this, v => chosen = v)));
        var buttons = list.FindAll("button").Where(b => b.TextContent.Trim() == "Put back" || b.TextContent.Trim() == "Restore").ToList();
        Assert.Equal([false, true], buttons.Select(b => b.HasAttribute("disabled")));
        buttons[0].Click();
        Assert.Equal("202610010800", chosen?.Folder);
    }

    [Fact]
    public void A_pinned_version_has_no_working_delete_button()
    {
        var list = Render<ImageVersions>(p => p.Add(x => x.Sight, Sight()).Add(x => x.MayEdit, true));
        Assert.Equal([true, false], list.FindAll("button").Where(b => b.TextContent.Trim() == "Delete").Select(b => b.HasAttribute("disabled")));
    }

    [Fact]
    public void Checks_are_told_in_words_with_sizes_and_their_weight()
    {
        var checks = Render<MakingChecks>(p => p.Add(
            x => x.Checks,
            [new MakingCheck(MakingFinding.PcReady, MakingWeight.Good), new MakingCheck(MakingFinding.ServerFull, MakingWeight.Stop, 5_000_000_000, 20_000_000_000)]));
        Assert.Equal("The PC is in LINBO", checks.Find("li.is-good span").TextContent);
        Assert.Equal(
            "The server has 5 GB free, about 20 GB are needed: let go of old versions first",
            checks.Find("li.is-stop span").TextContent.Replace('\u00a0', ' '));
    }

    [Fact]
    public void Client_sent_text_is_shown_as_text()
    {
        var sight = Sight();
        sight.Versions[1].Note = "<script>alert(1)</script>";
        var list = Render<ImageVersions>(p => p.Add(x => x.Sight, sight).Add(x => x.MayEdit, false));
        Assert.Empty(list.FindAll("script"));
    }

    private static ImageSight Sight()
    {
        var image = new Image { Name = "win10", DiskSize = 300 };
        ImageVersion Version(string folder, ImageState state, bool pinned = false, string note = "") => new()
        {
            ImageId = image.Id,
            Folder = folder,
            MadeAt = Now,
            State = state,
            Problem = state == ImageState.Good ? ImageProblem.None : ImageProblem.SizeDiffers,
            DiskSize = 100,
            Pinned = pinned,
            Note = note,
            Files = { new ImageFile { VersionId = Guid.Empty, Name = "win10.qcow2", Kind = ImageFileKind.Qcow2, Size = 100 } },
        };
        return new ImageSight(
            image, [Version("", ImageState.Good), Version("202610010800", ImageState.Good, pinned: true, note: "before the exam"), Version("202609010800", ImageState.Broken)], [], [],
            [new ImageUpload { Image = "win10", File = "win10.qcow2", Address = IPAddress.Loopback, StartedAt = Now, State = UploadState.Taken }]);
    }
}

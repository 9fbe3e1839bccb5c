using System.Reflection;
using LinboPortal.Core.Images;

namespace LinboPortal.Core.Accounts;

/// <summary>The names of all actions that the audit trail knows, as <c>noun.verb</c>. Each has a sentence in each language.</summary>
public static class AuditActions
{
    /// <summary>An account was added.</summary>
    public const string AccountCreate = "account.create";

    /// <summary>An account was changed.</summary>
    public const string AccountUpdate = "account.update";

    /// <summary>An account was deleted.</summary>
    public const string AccountDelete = "account.delete";

    /// <summary>A password was set.</summary>
    public const string AccountPassword = "account.password";

    /// <summary>An account was unlocked.</summary>
    public const string AccountUnlock = "account.unlock";

    /// <summary>A token was made.</summary>
    public const string TokenCreate = "token.create";

    /// <summary>A group was added.</summary>
    public const string GroupCreate = "group.create";

    /// <summary>A group was renamed.</summary>
    public const string GroupRename = "group.rename";

    /// <summary>A group was deleted.</summary>
    public const string GroupDelete = "group.delete";

    /// <summary>A start.conf was saved.</summary>
    public const string GroupSave = "group.save";

    /// <summary>A start.conf was restored.</summary>
    public const string GroupRestore = "group.restore";

    /// <summary>The access to the systems of a group was changed.</summary>
    public const string GroupSystems = "group.systems";

    /// <summary>A file that was changed by hand was replaced.</summary>
    public const string TreeReplace = "tree.replace";

    /// <summary>A PC was added.</summary>
    public const string HostCreate = "host.create";

    /// <summary>A PC was changed.</summary>
    public const string HostUpdate = "host.update";

    /// <summary>A PC was deleted.</summary>
    public const string HostDelete = "host.delete";

    /// <summary>The SSH host key of a PC was removed.</summary>
    public const string HostKeyForget = "host.key.forget";

    /// <summary>An SSH host key of LINBO was confirmed for all PCs.</summary>
    public const string HostKeyConfirm = "host.key.confirm";

    /// <summary>The confirmation of an SSH host key of LINBO was taken back.</summary>
    public const string HostKeyWithdraw = "host.key.withdraw";

    /// <summary>A PC takes LINBO from the network at its next boot.</summary>
    public const string HostNetboot = "host.netboot";

    /// <summary>The wish that a PC takes LINBO from the network was taken back.</summary>
    public const string HostNetbootCancel = "host.netboot.cancel";

    /// <summary>Files with PCs were imported.</summary>
    public const string HostsImport = "hosts.import";

    /// <summary>A new PC was hidden.</summary>
    public const string NewPcIgnore = "newpc.ignore";

    /// <summary>A hidden new PC was shown again.</summary>
    public const string NewPcShow = "newpc.show";

    /// <summary>A room was added.</summary>
    public const string RoomCreate = "room.create";

    /// <summary>A room was changed.</summary>
    public const string RoomUpdate = "room.update";

    /// <summary>A room was deleted.</summary>
    public const string RoomDelete = "room.delete";

    /// <summary>A search was saved.</summary>
    public const string SearchSave = "search.save";

    /// <summary>A saved search was deleted.</summary>
    public const string SearchDelete = "search.delete";

    /// <summary>A version of an image was described.</summary>
    public const string ImageDescribe = "image.describe";

    /// <summary>A version of an image was restored.</summary>
    public const string ImageRestore = "image.restore";

    /// <summary>A version of an image was deleted.</summary>
    public const string ImageVersionDelete = "image.version.delete";

    /// <summary>An image was deleted.</summary>
    public const string ImageDelete = "image.delete";

    /// <summary>A disk file of another format was deleted.</summary>
    public const string ImageDiskDelete = "image.disk.delete";

    /// <summary>The retention rules of an image were set.</summary>
    public const string ImageKeep = "image.keep";

    /// <summary>Versions of an image were deleted by its retention rules.</summary>
    public const string ImageKeepApply = "image.keep.apply";

    /// <summary>The retention rules of all images without rules of their own were set.</summary>
    public const string ImageKeepDefault = "image.keep.default";

    /// <summary>A file beside an image was changed.</summary>
    public const string ImageSidecar = "image.sidecar";

    /// <summary>Uploads that are started at PCs were allowed for some minutes.</summary>
    public const string ImagesWindowOpen = "images.window.open";

    /// <summary>Uploads that are started at PCs were ended before their time.</summary>
    public const string ImagesWindowClose = "images.window.close";

    /// <summary>A command was given.</summary>
    public const string JobCreate = "job.create";

    /// <summary>A job was cancelled.</summary>
    public const string JobCancel = "job.cancel";

    /// <summary>A terminal was opened or a command was run by SSH.</summary>
    public const string TerminalOpen = "terminal.open";

    /// <summary>A terminal was closed.</summary>
    public const string TerminalClose = "terminal.close";

    /// <summary>Holidays were added.</summary>
    public const string HolidayCreate = "holiday.create";

    /// <summary>Holidays were imported.</summary>
    public const string HolidayImport = "holiday.import";

    /// <summary>Holidays were deleted.</summary>
    public const string HolidayDelete = "holiday.delete";

    /// <summary>A schedule was added.</summary>
    public const string ScheduleCreate = "schedule.create";

    /// <summary>A schedule was changed.</summary>
    public const string ScheduleUpdate = "schedule.update";

    /// <summary>A schedule was deleted.</summary>
    public const string ScheduleDelete = "schedule.delete";

    private static readonly string[] Names =
    [
        .. typeof(AuditActions).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!),
        .. Enum.GetValues<ImageTaskKind>().SelectMany(k => new[] { Of(k, isCancelled: false), Of(k, isCancelled: true) }),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The action that asks for work on an image, or takes the wish back.</summary>
    public static string Of(ImageTaskKind kind, bool isCancelled) => $"image.{kind.ToString().ToLowerInvariant()}{(isCancelled ? ".cancel" : "")}";
}

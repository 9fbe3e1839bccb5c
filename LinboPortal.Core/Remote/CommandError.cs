namespace LinboPortal.Core.Remote;

/// <summary>What is wrong in a command line; the key of its sentence.</summary>
public enum CommandErrorCode
{
    /// <summary>There is no command at all.</summary>
    NoCommand,

    /// <summary>Nothing stands between two commas, or before the first or behind the last.</summary>
    EmptyCommand,

    /// <summary>The line is longer than <see cref="CommandLine.MaxLength"/>.</summary>
    LineTooLong,

    /// <summary>There are more commands than <see cref="CommandLine.MaxCommands"/>.</summary>
    TooManyCommands,

    /// <summary>LINBO knows no such command.</summary>
    UnknownCommand,

    /// <summary><c>linbo:&lt;password&gt;</c>: the portal hands the password over by itself, and only for uploads.</summary>
    PasswordInLine,

    /// <summary><c>noauto</c> or <c>disablegui</c>: an option of the job, not a command.</summary>
    BootOptionInLine,

    /// <summary><c>gui_ctl_…</c>: the portal hides and shows LINBO's buttons by itself.</summary>
    GuiControlInLine,

    /// <summary>The command needs the number of a system.</summary>
    NumberMissing,

    /// <summary>Not a number from 1 to 99.</summary>
    BadNumber,

    /// <summary>The command takes nothing behind that colon.</summary>
    Superfluous,

    /// <summary>Not one of rsync, multicast, torrent.</summary>
    BadTransfer,

    /// <summary>A control character or half a character, which no client gets to see.</summary>
    ControlCharacter,

    /// <summary>A comment that begins with a quotation mark has none at its end.</summary>
    QuoteNotClosed,

    /// <summary>Something stands between the closing quotation mark and the comma.</summary>
    TextAfterQuote,

    /// <summary>A colon in a comment: LINBO would cut the comment there.</summary>
    ColonInComment,

    /// <summary>Not a name that a new image may have.</summary>
    BadImageName,

    /// <summary><c>image_name:</c> without a <c>create_image</c> or <c>upload_image</c> that it belongs to.</summary>
    ImageNameAlone,

    /// <summary>The comment is longer than <see cref="CommandLine.MaxComment"/>.</summary>
    CommentTooLong,

    /// <summary>A name for a new image at the next boot: nobody can see whether the PC's LINBO knows it.</summary>
    ImageNameAtBoot,

    /// <summary>A comma in a comment for the next boot: LINBO would take the rest for a command.</summary>
    CommaInBootComment,

    /// <summary>A backslash in a comment for the next boot: LINBO drops it.</summary>
    BackslashInBootComment,

    /// <summary><c>noauto</c> or <c>disablegui</c> in a comment for the next boot: LINBO takes it for the option.</summary>
    OptionInBootComment,
}

/// <summary>Something wrong in a command line, and where, in a form that the portal can say in any language.</summary>
/// <param name="Position">Character, from 1.</param>
/// <param name="Code">What is wrong; the key of its sentence.</param>
/// <param name="Text">What stands there, for the sentence; never a password.</param>
public sealed record CommandError(int Position, CommandErrorCode Code, string Text);

using Microsoft.Extensions.Localization;

namespace LinboPortal.Remote;

/// <summary>Why there is no terminal, in people's words.</summary>
internal static class TerminalWords
{
    extension(IStringLocalizer<TerminalText> text)
    {
        /// <summary>A sentence, and what the PC or the network said where that helps.</summary>
        public (string Why, string? Detail) WhyNot(TerminalOpened opened, string host) => opened switch
        {
            TerminalOpened.TooMany(var limit, var isOwn) => (text[isOwn ? "TooManyOwn" : "TooMany", limit], null),
            TerminalOpened.Failed(var failure, var why) => (text[$"Failure.{failure}"], why),
            TerminalOpened.NoAddress => (text["NoAddress"], null),
            TerminalOpened.NotFound => (text["NotFound", host], null),
            _ => (text["Forbidden"], null),
        };
    }
}

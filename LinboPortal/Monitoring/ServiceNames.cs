using Microsoft.Extensions.Localization;

namespace LinboPortal.Monitoring;

/// <summary>The parts of the portal in people's words.</summary>
internal static class ServiceNames
{
    extension(IStringLocalizer<SystemText> text)
    {
        /// <summary>The name of a part; its own where there is no word for it.</summary>
        public string NameOf(string service) => text[$"Service.{service}"] is { ResourceNotFound: false } known ? known.Value : service;

        /// <summary>What its check found, in the reader's language; in the check's own words where there is no text for it.</summary>
        public string MessageOf(ServiceReport report) =>
            report.Sentence.Length > 0 && text[$"Found.{report.Sentence}", [.. report.Parts]] is { ResourceNotFound: false } known ? known.Value : report.Message;
    }
}

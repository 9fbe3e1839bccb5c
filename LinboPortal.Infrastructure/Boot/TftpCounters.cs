namespace LinboPortal.Infrastructure.Boot;

/// <summary>What the TFTP server has done since it started.</summary>
/// <param name="Active">Transfers that run now.</param>
/// <param name="Served">Files that arrived completely.</param>
/// <param name="NotFound">Requests for files that do not exist.</param>
/// <param name="Refused">Requests that were refused: writing, outside the tree, too many transfers.</param>
/// <param name="Aborted">Transfers that the client ended on purpose, size probes among them.</param>
/// <param name="Failed">Transfers that broke: the client fell silent or reported an error, or the file became unreadable.</param>
/// <param name="Ignored">Packets that were not answered: malformed, stray, or too many.</param>
/// <param name="Bytes">Bytes of files that clients acknowledged.</param>
/// <param name="Retransmits">Packets that were sent again.</param>
public sealed record TftpCounters(
    int Active, long Served, long NotFound, long Refused, long Aborted, long Failed, long Ignored, long Bytes, long Retransmits);

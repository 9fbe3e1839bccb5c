namespace LinboPortal.Core.Boot;

/// <summary>Kind of a TFTP packet (RFC 1350 section 5, RFC 2347).</summary>
public enum TftpOpcode
{
    /// <summary>Not a TFTP packet.</summary>
    None = 0,

    /// <summary>Read request (RRQ).</summary>
    Read = 1,

    /// <summary>Write request (WRQ).</summary>
    Write = 2,

    /// <summary>A block of the file.</summary>
    Data = 3,

    /// <summary>Acknowledgement of a block.</summary>
    Acknowledgement = 4,

    /// <summary>Error; ends the transfer and is never answered.</summary>
    Error = 5,

    /// <summary>Acknowledgement of options (RFC 2347).</summary>
    OptionAcknowledgement = 6,
}

/// <summary>Error codes on the wire (RFC 1350 appendix, RFC 2347).</summary>
public enum TftpErrorCode
{
    /// <summary>See the message.</summary>
    Undefined = 0,

    /// <summary>File not found.</summary>
    FileNotFound = 1,

    /// <summary>Access violation.</summary>
    AccessViolation = 2,

    /// <summary>Disk full or allocation exceeded.</summary>
    AllocationExceeded = 3,

    /// <summary>Illegal TFTP operation.</summary>
    IllegalOperation = 4,

    /// <summary>Unknown transfer ID.</summary>
    UnknownTransfer = 5,

    /// <summary>File already exists.</summary>
    FileExists = 6,

    /// <summary>No such user.</summary>
    NoSuchUser = 7,

    /// <summary>The client does not like the negotiated options; firmware ends its size probes so.</summary>
    OptionsRefused = 8,
}

/// <summary>How the bytes of a file are written on the wire (RFC 1350).</summary>
public enum TftpMode
{
    /// <summary>As they are.</summary>
    Octet,

    /// <summary>Line ends as CR LF, a bare CR as CR NUL (RFC 764).</summary>
    Netascii,

    /// <summary>Anything else, also the obsolete "mail": refused.</summary>
    Unsupported,
}

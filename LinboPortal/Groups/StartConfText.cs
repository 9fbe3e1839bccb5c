namespace LinboPortal.Groups;

/// <summary>Marks what the portal says about a start.conf: <c>StartConfText.resx</c> and <c>StartConfText.de.resx</c>.</summary>
internal sealed class StartConfText;

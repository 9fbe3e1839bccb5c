namespace LinboPortal.Shell;

/// <summary>Marks the texts of the frame: <c>ShellText.resx</c> and <c>ShellText.de.resx</c>.</summary>
internal sealed class ShellText;

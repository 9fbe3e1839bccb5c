namespace LinboPortal.Boot;

/// <summary>Texts of the boot and DHCP pages.</summary>
public sealed class BootPageText;

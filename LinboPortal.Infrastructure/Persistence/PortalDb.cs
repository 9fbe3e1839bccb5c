using LinboPortal.Core.Accounts;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Groups;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Images;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Infrastructure.Accounts;
using LinboPortal.Infrastructure.Hosts;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>The portal's database. Queries do not track; who changes a row asks for tracking.</summary>
public sealed class PortalDb(DbContextOptions<PortalDb> options) : IdentityUserContext<Account, Guid>(options), IDataProtectionKeyContext
{
    /// <summary>Hosts of all schools; for people through <see cref="Hosts.HostQueries"/>' <c>VisibleTo</c>.</summary>
    public DbSet<Host> Hosts => Set<Host>();

    /// <summary>Ethernet addresses of the hosts.</summary>
    public DbSet<HostMac> HostMacs => Set<HostMac>();

    /// <summary>Last observed states.</summary>
    public DbSet<HostStatus> HostStatuses => Set<HostStatus>();

    /// <summary>Rooms.</summary>
    public DbSet<Room> Rooms => Set<Room>();

    /// <summary>Networks of subnets.csv, in its order by <see cref="Subnet.Position"/>.</summary>
    public DbSet<Subnet> Subnets => Set<Subnet>();

    /// <summary>Groups with their current start.conf.</summary>
    public DbSet<HostGroup> Groups => Set<HostGroup>();

    /// <summary>All saved texts of start.conf.</summary>
    public DbSet<StartConfRevision> StartConfRevisions => Set<StartConfRevision>();

    /// <summary>Saved searches of the list of hosts; for people through <see cref="Hosts.HostQueries"/>' <c>VisibleTo</c>.</summary>
    public DbSet<SavedSearch> SavedSearches => Set<SavedSearch>();

    /// <summary>devices.csv as last imported, by school.</summary>
    public DbSet<DevicesFile> DevicesFiles => Set<DevicesFile>();

    /// <summary>Boots, newest kept.</summary>
    public DbSet<BootRun> BootRuns => Set<BootRun>();

    /// <summary>Steps of the boots.</summary>
    public DbSet<BootStep> BootSteps => Set<BootStep>();

    /// <summary>Unknown PCs that booted here.</summary>
    public DbSet<NewPc> NewPcs => Set<NewPc>();

    /// <summary>Rooms of teachers.</summary>
    public DbSet<AccountRoom> AccountRooms => Set<AccountRoom>();

    /// <summary>Browsers that are signed in.</summary>
    public DbSet<AccountSession> AccountSessions => Set<AccountSession>();

    /// <summary>What is remembered of sign-ins, by name and address.</summary>
    public DbSet<SignInSource> SignInSources => Set<SignInSource>();

    /// <summary>What people have put aside of what needs attention.</summary>
    public DbSet<SeenAttention> SeenAttention => Set<SeenAttention>();

    /// <summary>Who changed what.</summary>
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    /// <summary>Jobs; for people through <see cref="Jobs.JobQueries"/>' <c>VisibleTo</c>.</summary>
    public DbSet<Job> Jobs => Set<Job>();

    /// <summary>The PCs' parts in jobs.</summary>
    public DbSet<HostRun> HostRuns => Set<HostRun>();

    /// <summary>What PCs printed.</summary>
    public DbSet<RunOutput> RunOutputs => Set<RunOutput>();

    /// <summary>Recurring jobs.</summary>
    public DbSet<Schedule> Schedules => Set<Schedule>();

    /// <summary>What became of the schedules.</summary>
    public DbSet<ScheduleState> ScheduleStates => Set<ScheduleState>();

    /// <summary>Messages about schedules.</summary>
    public DbSet<ScheduleNotice> ScheduleNotices => Set<ScheduleNotice>();

    /// <summary>Days without school.</summary>
    public DbSet<Holiday> Holidays => Set<Holiday>();

    /// <summary>SSH host keys of the PCs.</summary>
    public DbSet<HostKeyPin> HostKeyPins => Set<HostKeyPin>();

    /// <summary>Times in which images may be uploaded at PCs.</summary>
    public DbSet<UploadWindow> UploadWindows => Set<UploadWindow>();

    /// <summary>SSH host keys that administrators confirmed to be LINBO's.</summary>
    public DbSet<ConfirmedHostKey> ConfirmedHostKeys => Set<ConfirmedHostKey>();

    /// <summary>SSH host keys that PCs showed and that nobody knows.</summary>
    public DbSet<RefusedHostKey> RefusedHostKeys => Set<RefusedHostKey>();

    /// <summary>Host keys of Linux and Windows on PCs.</summary>
    public DbSet<SystemKeyPin> SystemKeyPins => Set<SystemKeyPin>();

    /// <summary>How the portal logs in to Linux and Windows on the PCs of groups.</summary>
    public DbSet<SystemAccess> SystemAccesses => Set<SystemAccess>();

    /// <summary>Images of the tree.</summary>
    public DbSet<Image> Images => Set<Image>();

    /// <summary>Sets of files of the images, current and former.</summary>
    public DbSet<ImageVersion> ImageVersions => Set<ImageVersion>();

    /// <summary>Image files of the sets.</summary>
    public DbSet<ImageFile> ImageFiles => Set<ImageFile>();

    /// <summary>Uploads by clients.</summary>
    public DbSet<ImageUpload> ImageUploads => Set<ImageUpload>();

    /// <summary>Long work on images.</summary>
    public DbSet<ImageTask> ImageTasks => Set<ImageTask>();

    /// <summary>What the PCs last did with images.</summary>
    public DbSet<HostImage> HostImages => Set<HostImage>();

    /// <summary>What is kept of images without rules of their own; at most one row.</summary>
    public DbSet<KeepDefault> KeepDefaults => Set<KeepDefault>();

    /// <summary>Texts of sidecars as people saved them.</summary>
    public DbSet<SidecarRevision> SidecarRevisions => Set<SidecarRevision>();

    /// <inheritdoc/>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>Adds the audit row to the change that is about to be saved, so that both are written or neither is.</summary>
    public void Audit(Person person, DateTimeOffset at, string action, string subject, string? details = null) =>
        AuditEntries.Add(new AuditEntry { At = at, Person = person.UserName, Action = action, Subject = subject, Details = details });

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<MacAddress>().HaveConversion<MacAddressConverter>().HaveMaxLength(17);
        configurationBuilder.Properties<HostState>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<Role>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<PcSystem>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<JobState>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<JobWay>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<RunState>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<RunReason>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ImageState>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<ImageProblem>().HaveConversion<string>().HaveMaxLength(32);
        configurationBuilder.Properties<ImageFileKind>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<UploadState>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<ImageTaskKind>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<ImageTaskState>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<HostImageAction>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<ScheduleResult>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<NoticeChannel>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<BootStepKind>().HaveConversion<string>().HaveMaxLength(16);
        configurationBuilder.Properties<BootStepOutcome>().HaveConversion<string>().HaveMaxLength(16);
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(PortalDb).Assembly);
    }
}

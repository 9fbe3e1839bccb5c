using LinboPortal.Core.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Images;

internal sealed class ImageConfiguration :
    IEntityTypeConfiguration<Image>, IEntityTypeConfiguration<ImageVersion>, IEntityTypeConfiguration<ImageFile>, IEntityTypeConfiguration<ImageUpload>,
    IEntityTypeConfiguration<UploadWindow>, IEntityTypeConfiguration<HostImage>, IEntityTypeConfiguration<KeepDefault>, IEntityTypeConfiguration<SidecarRevision>
{
    // Names that other programs gave files may be longer than LINBO's own rule.
    private const int NameLength = 255;

    public void Configure(EntityTypeBuilder<Image> builder)
    {
        builder.ToTable("images");
        builder.Property(i => i.Name).HasMaxLength(NameLength);
        builder.Property(i => i.Version).IsRowVersion();
        builder.HasIndex(i => i.Name).IsUnique();
        builder.HasMany(i => i.Versions).WithOne().HasForeignKey(v => v.ImageId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ImageVersion> builder)
    {
        builder.ToTable("image_versions");
        builder.Property(v => v.Folder).HasMaxLength(NameLength);
        builder.Property(v => v.Host).HasMaxLength(64);
        builder.Property(v => v.Version).IsRowVersion();
        builder.HasIndex(v => new { v.ImageId, v.Folder }).IsUnique();
        builder.HasMany(v => v.Files).WithOne().HasForeignKey(f => f.VersionId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ImageFile> builder)
    {
        builder.ToTable("image_files");
        builder.Property(f => f.Name).HasMaxLength(NameLength);
        builder.Property(f => f.Sha256).HasMaxLength(64);
        builder.HasIndex(f => new { f.VersionId, f.Name }).IsUnique();
        builder.HasIndex(f => f.VerifiedAt);
    }

    public void Configure(EntityTypeBuilder<UploadWindow> builder)
    {
        builder.ToTable("upload_windows");
        builder.HasIndex(w => w.Until);
    }

    public void Configure(EntityTypeBuilder<ImageUpload> builder)
    {
        builder.ToTable("image_uploads");
        builder.Property(u => u.Image).HasMaxLength(NameLength);
        builder.Property(u => u.File).HasMaxLength(NameLength);
        builder.Property(u => u.Host).HasMaxLength(64);
        builder.HasIndex(u => new { u.Image, u.StartedAt });
        builder.HasIndex(u => u.StartedAt);
    }

    public void Configure(EntityTypeBuilder<HostImage> builder)
    {
        builder.ToTable("host_images");
        builder.HasKey(i => new { i.HostId, i.Image });
        builder.Property(i => i.Image).HasMaxLength(HostImage.MaxLength);
        builder.Property(i => i.Timestamp).HasMaxLength(32);
        builder.HasIndex(i => i.Image);
        builder.HasOne<Host>().WithMany().HasForeignKey(i => i.HostId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<KeepDefault> builder)
    {
        builder.ToTable("image_keep_default");
        builder.Property(k => k.Id).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<SidecarRevision> builder)
    {
        builder.ToTable("sidecar_revisions");
        builder.Property(r => r.Image).HasMaxLength(NameLength);
        builder.Property(r => r.File).HasMaxLength(NameLength);
        builder.HasIndex(r => new { r.Image, r.File });
    }
}

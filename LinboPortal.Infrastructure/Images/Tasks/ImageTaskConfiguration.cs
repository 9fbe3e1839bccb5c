using LinboPortal.Core.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Images.Tasks;

internal sealed class ImageTaskConfiguration : IEntityTypeConfiguration<ImageTask>
{
    public void Configure(EntityTypeBuilder<ImageTask> builder)
    {
        builder.ToTable("image_tasks");
        builder.Property(t => t.Image).HasMaxLength(ImageName.MaxLength);
        builder.Property(t => t.Source).HasMaxLength(ImageName.MaxLength);
        builder.Property(t => t.File).HasMaxLength(ImageSource.MaxLength);
        builder.Property(t => t.Folder).HasMaxLength(255);
        builder.Property(t => t.By).HasMaxLength(256);
        builder.Property(t => t.Sha256).HasMaxLength(64);
        builder.HasIndex(t => new { t.Image, t.CreatedAt });
        builder.HasIndex(t => new { t.State, t.CreatedAt });
    }
}

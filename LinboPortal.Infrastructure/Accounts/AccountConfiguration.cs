using LinboPortal.Core.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Accounts;

internal sealed class AccountConfiguration
    : IEntityTypeConfiguration<Account>, IEntityTypeConfiguration<AccountRoom>, IEntityTypeConfiguration<AccountSession>, IEntityTypeConfiguration<SignInSource>, IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.ToTable("accounts");
        builder.HasMany(a => a.Rooms).WithOne().HasForeignKey(r => r.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AccountRoom> builder)
    {
        builder.ToTable("account_rooms");
        builder.HasKey(r => new { r.AccountId, r.RoomId });
        builder.HasOne(r => r.Room).WithMany().HasForeignKey(r => r.RoomId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<AccountSession> builder)
    {
        builder.ToTable("account_sessions");
        builder.HasOne<Account>().WithMany().HasForeignKey(s => s.AccountId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SignInSource> builder)
    {
        builder.ToTable("sign_in_sources");
        builder.HasKey(s => new { s.Name, s.Source });
        builder.Property(s => s.Name).HasMaxLength(64);
        builder.Property(s => s.Source).HasMaxLength(64);
        builder.HasIndex(s => s.FailedAt);
    }

    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("audit_entries");
        builder.Property(a => a.Details).HasColumnType("jsonb");
        builder.HasIndex(a => a.At);
    }
}

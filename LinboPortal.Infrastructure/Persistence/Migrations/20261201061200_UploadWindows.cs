using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LinboPortal.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class UploadWindows : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "permit",
                table: "image_uploads",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "upload_windows",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    opened_by = table.Column<string>(type: "text", nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_upload_windows", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_upload_windows_until",
                table: "upload_windows",
                column: "until");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "upload_windows");

            migrationBuilder.DropColumn(
                name: "permit",
                table: "image_uploads");
        }
    }
}

using System;
using System.Net;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LinboPortal.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ImageCare : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<IPAddress>(
                name: "wanted_address",
                table: "new_pcs",
                type: "inet",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "wanted_at",
                table: "new_pcs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "wanted_group",
                table: "new_pcs",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "wanted_name",
                table: "new_pcs",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "wanted_role",
                table: "new_pcs",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "wanted_room",
                table: "new_pcs",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "image_keep_default",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    last = table.Column<int>(type: "integer", nullable: true),
                    days = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_image_keep_default", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sidecar_revisions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    image = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    file = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    saved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    saved_by = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sidecar_revisions", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_sidecar_revisions_image_file",
                table: "sidecar_revisions",
                columns: new[] { "image", "file" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "image_keep_default");

            migrationBuilder.DropTable(
                name: "sidecar_revisions");

            migrationBuilder.DropColumn(
                name: "wanted_address",
                table: "new_pcs");

            migrationBuilder.DropColumn(
                name: "wanted_at",
                table: "new_pcs");

            migrationBuilder.DropColumn(
                name: "wanted_group",
                table: "new_pcs");

            migrationBuilder.DropColumn(
                name: "wanted_name",
                table: "new_pcs");

            migrationBuilder.DropColumn(
                name: "wanted_role",
                table: "new_pcs");

            migrationBuilder.DropColumn(
                name: "wanted_room",
                table: "new_pcs");
        }
    }
}

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LinboPortal.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ImageTaskRoom : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "added",
                table: "image_tasks",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "removes_source",
                table: "image_tasks",
                type: "boolean",
                nullable: false,
                defaultValue: false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "added",
                table: "image_tasks");

            migrationBuilder.DropColumn(
                name: "removes_source",
                table: "image_tasks");
        }
    }
}

using System;
using System.Net;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LinboPortal.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Subnets : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "subnets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    network = table.Column<IPNetwork>(type: "cidr", nullable: false),
                    router = table.Column<IPAddress>(type: "inet", nullable: false),
                    range_first = table.Column<IPAddress>(type: "inet", nullable: true),
                    range_last = table.Column<IPAddress>(type: "inet", nullable: true),
                    name_server = table.Column<IPAddress>(type: "inet", nullable: true),
                    next_server = table.Column<IPAddress>(type: "inet", nullable: true),
                    is_setup = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_subnets", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_hosts_name",
                table: "hosts",
                column: "name");

            migrationBuilder.CreateIndex(
                name: "ix_subnets_position",
                table: "subnets",
                column: "position",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "subnets");

            migrationBuilder.DropIndex(
                name: "ix_hosts_name",
                table: "hosts");
        }
    }
}

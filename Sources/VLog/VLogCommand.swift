import ArgumentParser
import VLogCore

@main
struct VLogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vlog",
        abstract: "A self-hosted video platform: upload a video, watch it adaptively on any device.",
        discussion: """
            On one machine, `vlog up` runs everything. The other commands talk to a running VLog over its Admin API; \
            on the machine of `vlog up` they need no further settings, elsewhere VLOG_ADMIN_URL and \
            VLOG_ADMIN_API_SECRET say where and who.

            Exit status: 0 done; 1 failed (a message says why); 64 wrong usage; 69 VLog cannot be reached; \
            77 not allowed.
            """,
        version: productVersion,
        groupedSubcommands: [
            CommandGroup(
                name: "Run",
                subcommands: [Up.self, Server.self, Runner.self, OperatorCommand.self, Plan.self, Doctor.self]
            ),
            CommandGroup(
                name: "Videos",
                subcommands: [
                    Upload.self, List.self, Show.self, Delete.self, Restore.self, Retry.self, Cancel.self,
                    Priority.self, Retranscode.self, Check.self,
                ]
            ),
            CommandGroup(name: "Administer", subcommands: [Password.self, Worker.self, Migrate.self, Cleanup.self]),
        ]
    )
}

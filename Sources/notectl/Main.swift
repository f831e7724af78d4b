import ArgumentParser
import Terminal

/// The client of the daemon `noted`.
@main
struct Notectl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notectl",
        abstract: "Watch and steer noted, the live music transcription daemon.",
        discussion: """
            Without --socket, the daemon is looked for at $NOTED_SOCKET, else at $XDG_RUNTIME_DIR/noted/socket if that \
            is there, else at /run/noted/socket.

            Exit codes: 0 done; 64 the command line makes no sense; 65 the file is unusable; 66 the file is missing; \
            69 no daemon, or no sound from the source; 74 reading or writing failed.

            EXAMPLES:
              notectl listen                     the live readout; q quits
              notectl listen --json | jq .       the protocol's lines
              notectl source pulse:my_mic        listen to another source
              notectl load prelude.mid           follow a score; 'listen' and 'status' show where the players are
              notectl goto --measure 12          the players go on from measure 12
              notectl record take1.mid           the notes as a MIDI file, until Ctrl-C
            """,
        version: Version.current,
        subcommands: [
            Listen.self, ShowStatus.self, Record.self, Source.self, LoadModel.self, Load.self, Unload.self, Goto.self,
            Pause.self, Resume.self,
        ])

    @OptionGroup var connection: ConnectionOptions

    static func main() {
        Descriptor.ignoreBrokenPipes()
        Self.main(nil)
    }
}

import ArgumentParser
import Terminal

/// The command-line client of `noted`.
@main
struct Notectl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notectl",
        abstract: "Monitor and control noted, the live music transcription daemon.",
        discussion: """
            notectl connects to the socket given by --socket, else by $NOTED_SOCKET, else to \
            $XDG_RUNTIME_DIR/noted/socket if it exists, else to /run/noted/socket.

            Exit codes: 0 success; 64 invalid command line; 65 invalid file; 66 missing file; 69 no daemon, or no \
            audio from the source; 74 read or write error.

            EXAMPLES:
              notectl listen                     show notes live; press q to quit
              notectl listen --json | jq .       print the protocol's lines
              notectl source pulse:my_mic        switch to another source
              notectl load prelude.mid           follow a score
              notectl goto --measure 12          continue from measure 12
              notectl tuning 415                 listen to players at A4 = 415 Hz
              notectl record take1.mid           record a MIDI file until Ctrl-C
            """,
        version: Version.current,
        subcommands: [
            Listen.self, ShowStatus.self, Record.self, Source.self, LoadModel.self, Load.self, Unload.self, Goto.self,
            Pause.self, Resume.self, Tuning.self, Reload.self,
        ])

    @OptionGroup var connection: ConnectionOptions

    static func main() {
        DispatchLog.silence()
        Descriptor.reserveStandard()
        Descriptor.ignoreWriteSignals()
        Self.main(nil)
    }
}

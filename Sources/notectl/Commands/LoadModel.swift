import ArgumentParser
import Readout

struct LoadModel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Switch the daemon to another model.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: ArgumentHelp("A model file (.safetensors).", valueName: "file"))
    var file: String

    func run() throws {
        let path = absolutePath(file)
        try requireReadable(path)
        try connection.perform(.modelLoad(path: path), done: "noted now uses \(path)")
    }
}

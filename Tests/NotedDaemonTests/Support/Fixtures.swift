import Foundation
import Networks

@testable import NotedDaemon

/// A directory that is removed with its owner. Its path is short, because socket paths are limited.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/noted-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }
}

/// A network without weights. Its bias makes `note` always sound, so that the silence gate alone decides.
func tinyModel(note: Int = 69, name: String = "tiny", hop: Int = 512) throws -> Model {
    let architecture = Architecture.paper(stride: 512, filters: 4, conditioning: nil, bias: true)
    let info = ModelInfo(
        name: name, architecture: architecture, hop: hop,
        thresholds: NoteThresholds(on: 0.5, off: 0.3, onset: 0.5, minimumDuration: 0, gateDBFS: -50))
    var tensors: [String: Tensor] = [:]
    for (name, shape) in try architecture.tensorShapes(window: info.window) {
        tensors[name] = Tensor(shape: shape)
    }
    let bias = Architecture.biasName(architecture.layers.count - 1)
    tensors[bias]?.values[note] = 1
    return try Model(info: info, tensors: tensors)
}

func tinyLoadedModel(note: Int = 69, name: String = "tiny") throws -> LoadedModel {
    try LoadedModel(try tinyModel(note: note, name: name), path: "/models/\(name)")
}

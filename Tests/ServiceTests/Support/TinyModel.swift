import Networks

@testable import Service

/// A network without weights: its bias says that `note` sounds, so the silence gate alone decides when it does.
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

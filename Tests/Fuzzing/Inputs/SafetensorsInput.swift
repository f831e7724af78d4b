import Foundation
import Networks

enum SafetensorsInput {
    static func check(_ bytes: [UInt8]) {
        guard let file = try? Safetensors(data: Data(bytes), path: "input") else { return }
        for (name, tensor) in file.tensors {
            require(tensor.shape.reduce(1, *) == tensor.values.count, "tensor '\(name)' does not fit its shape")
        }
        guard let encoded = try? file.encoded(), let copy = try? Safetensors(data: encoded, path: "copy") else {
            fatalError("the written file is invalid")
        }
        require(copy.tensors == file.tensors && copy.metadata == file.metadata, "the written file differs")
        guard let model = try? Model(data: Data(bytes), path: "input") else { return }
        ModelInput.run(model)
    }
}

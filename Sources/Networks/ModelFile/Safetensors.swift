import Foundation

/// The safetensors container: an 8-byte little-endian header length, a JSON header, then raw little-endian numbers.
///
/// Reads and writes F32, F16 and BF16, which become `Float` in memory.
/// Source: the format description in the huggingface/safetensors README.
public struct Safetensors: Sendable {
    public enum NumberType: String, Sendable {
        case f32 = "F32"
        case f16 = "F16"
        case bf16 = "BF16"

        var size: Int { self == .f32 ? 4 : 2 }
    }

    public var metadata: [String: String]
    public var tensors: [String: Tensor]

    public init(metadata: [String: String], tensors: [String: Tensor]) {
        self.metadata = metadata
        self.tensors = tensors
    }

    /// The maximum header length, set by the format.
    static let headerLimit = 100_000_000

    /// Parses a file.
    ///
    /// - Parameters:
    ///   - data: the contents of the file.
    ///   - path: the name of the file, for error messages.
    public init(data: Data, path: String) throws(ModelError) {
        func fail(_ reason: String) -> ModelError { .malformed(path: path, reason: reason) }
        guard data.count >= 8 else { throw fail("it is only \(data.count) bytes long") }
        let bytes = [UInt8](data)
        let headerLength = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
        guard headerLength <= UInt64(Self.headerLimit), Int(headerLength) <= bytes.count - 8 else {
            throw fail("its header length is \(headerLength) bytes, but the file has only \(bytes.count)")
        }
        let body = 8 + Int(headerLength)
        guard let parsed = try? JSONSerialization.jsonObject(with: Data(bytes[8..<body])),
            let header = parsed as? [String: Any]
        else { throw fail("its header is not JSON") }

        metadata = [:]
        tensors = [:]
        for (name, value) in header {
            if name == "__metadata__" {
                guard let text = value as? [String: String] else {
                    throw fail("its __metadata__ has values that are not strings")
                }
                metadata = text
                continue
            }
            guard let entry = value as? [String: Any], let typeName = entry["dtype"] as? String,
                let shape = entry["shape"] as? [Int], let offsets = entry["data_offsets"] as? [Int]
            else { throw fail("tensor '\(name)' has no valid dtype, shape or data_offsets") }
            guard let type = NumberType(rawValue: typeName) else {
                throw fail("tensor '\(name)' is \(typeName); only F32, F16 and BF16 are supported")
            }
            var count = 1
            for extent in shape {
                let (product, overflow) = count.multipliedReportingOverflow(by: extent)
                guard extent >= 0, !overflow, product <= 1 << 40 else {
                    throw fail("tensor '\(name)' has the invalid shape \(shape)")
                }
                count = product
            }
            guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] <= bytes.count - body,
                offsets[1] - offsets[0] == count * type.size
            else { throw fail("tensor '\(name)' of shape \(shape) does not match its data_offsets \(offsets)") }
            let values = Self.decode(bytes[(body + offsets[0])..<(body + offsets[1])], as: type, count: count)
            guard values.allSatisfy(\.isFinite) else { throw fail("tensor '\(name)' contains NaN or infinity") }
            tensors[name] = Tensor(shape: shape, values: values)
        }
    }

    /// The bytes of the file: tensors sorted by name, data aligned to 8 bytes.
    public func encoded(as type: NumberType = .f32) throws -> Data {
        var header: [String: Any] = ["__metadata__": metadata]
        var offset = 0
        let names = tensors.keys.sorted()
        for name in names {
            guard let tensor = tensors[name] else { continue }
            let end = offset + tensor.values.count * type.size
            header[name] = ["dtype": type.rawValue, "shape": tensor.shape, "data_offsets": [offset, end]]
            offset = end
        }
        var text = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        var result = Data(capacity: 8 + text.count + offset)
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { result.append(contentsOf: $0) }
        result.append(text)
        for name in names {
            guard let tensor = tensors[name] else { continue }
            switch type {
            case .f32:
                let bits = tensor.values.map { $0.bitPattern.littleEndian }
                bits.withUnsafeBytes { result.append(contentsOf: $0) }
            case .f16:
                let bits = tensor.values.map { Half.bits($0).littleEndian }
                bits.withUnsafeBytes { result.append(contentsOf: $0) }
            case .bf16:
                let bits = tensor.values.map { UInt16($0.bitPattern >> 16).littleEndian }
                bits.withUnsafeBytes { result.append(contentsOf: $0) }
            }
        }
        return result
    }

    private static func decode(_ bytes: ArraySlice<UInt8>, as type: NumberType, count: Int) -> [Float] {
        bytes.withUnsafeBytes { raw in
            (0..<count).map { index in
                switch type {
                case .f32:
                    Float(
                        bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
                case .f16:
                    Half.value(UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)))
                case .bf16:
                    Float(
                        bitPattern: UInt32(
                            UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))) << 16)
                }
            }
        }
    }
}

/// IEEE 754 binary16 conversion on bit patterns, because `Float16` is not available on every platform that Swift
/// supports.
enum Half {
    static func value(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1f
        let fraction = UInt32(bits & 0x3ff)
        switch exponent {
        case 0: return (sign == 0 ? 1 : -1) * Float(fraction) * 0x1p-24
        case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// Rounds to nearest, ties to even. Magnitudes of 65520 and more become infinite.
    static func bits(_ value: Float) -> UInt16 {
        let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
        let magnitude = value.magnitude
        if magnitude.isNaN { return sign | 0x7e00 }
        if magnitude >= 65520 { return sign | 0x7c00 }
        if magnitude < 0x1p-14 { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
        let bits = magnitude.bitPattern
        let rounded = bits + 0xfff + ((bits >> 13) & 1)
        return sign | UInt16((rounded - (112 << 23)) >> 13)
    }
}

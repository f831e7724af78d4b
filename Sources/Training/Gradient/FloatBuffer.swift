/// A fixed-size buffer of floats, aligned to 64 bytes and initially zero.
///
/// The threads of a ``Basics/ThreadTeam`` share it, and each writes to its own part. The compiler cannot check that,
/// so the type is internal to this module.
final class FloatBuffer: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    let count: Int

    init(count: Int) {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
        pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: max(count, 1))
        self.count = count
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    var array: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    func copy(from values: [Float]) {
        precondition(values.count == count, "a buffer of \(count) floats cannot take \(values.count)")
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: count) }
        }
    }

    /// Sets every element, in order, to the next value of `next`.
    func fill(_ next: () -> Float) {
        for index in 0..<count { pointer[index] = next() }
    }

    func clear() { pointer.update(repeating: 0, count: count) }
}

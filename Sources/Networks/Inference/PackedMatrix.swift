import Kernels

/// A constant matrix packed for the kernels' product: the right-hand side of C = A B.
///
/// Immutable after `init`, so threads may share it.
final class PackedMatrix: @unchecked Sendable {
    let rows: Int
    let columns: Int
    /// Panels of columns.
    var panelCount: Int { (columns + NK_PANEL - 1) / NK_PANEL }
    private let storage: UnsafeMutablePointer<Float>

    /// - Parameter matrix: row-major, `rows` x `columns`.
    init(_ matrix: [Float], rows: Int, columns: Int) {
        precondition(matrix.count == rows * columns, "a \(rows) x \(columns) matrix needs \(rows * columns) entries")
        self.rows = rows
        self.columns = columns
        let size = nk_packed_size(rows, columns)
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(size, 1) * 4, alignment: 64)
        storage = raw.bindMemory(to: Float.self, capacity: max(size, 1))
        matrix.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { nk_pack(base, columns, rows, columns, storage) }
        }
    }

    deinit { UnsafeMutableRawPointer(storage).deallocate() }

    /// Computes result[count x columns] = left[count x rows] * self, or adds the product to the result.
    ///
    /// - Parameters:
    ///   - pitch: floats from one row of `left` to the next; less than `rows` if rows overlap.
    ///   - panelPitch: floats between the panels of a packed result; nil for an ordinary one.
    ///   - panels: the panels of columns to compute, so that threads can share the work; nil for all.
    func multiply(
        _ left: UnsafePointer<Float>, pitch: Int, count: Int, into result: UnsafeMutablePointer<Float>,
        resultPitch: Int, panelPitch: Int? = nil, accumulating: Bool = false, panels: Range<Int>? = nil
    ) {
        let panels = panels ?? 0..<panelCount
        let panelPitch = panelPitch ?? NK_PANEL
        let first = panels.lowerBound * NK_PANEL
        let width = min(columns, panels.upperBound * NK_PANEL) - first
        guard width > 0 else { return }
        nk_gemm(
            count, width, rows, left, pitch, storage + first * rows, result + panels.lowerBound * panelPitch,
            resultPitch, panelPitch, accumulating ? 1 : 0)
    }
}

/// A zeroed, 64-byte-aligned buffer of floats of fixed size, with one owner.
final class Scratch {
    let pointer: UnsafeMutablePointer<Float>
    let count: Int

    init(_ count: Int) {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
        pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: max(count, 1))
        self.count = count
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    func clear() { pointer.update(repeating: 0, count: count) }
}

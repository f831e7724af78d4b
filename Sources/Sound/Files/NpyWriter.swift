import Foundation

/// Writes a two-dimensional array of 32-bit floats in NumPy's .npy format 1.0, row by row.
///
/// The number of rows need not be known in advance: `close` writes the final header. Until then the header says that
/// there are no rows.
public struct NpyWriter: ~Copyable {
    public let path: String
    /// Floats per row.
    public let columns: Int
    /// Rows written so far.
    public private(set) var rows = 0
    private let handle: FileHandle
    private var buffer = Data()
    private var isOpen = true
    // The format requires a multiple of 64.
    private static let headerSize = 128
    private static let bufferSize = 1 << 18

    /// Creates the file, or truncates an existing one.
    ///
    /// - Parameter columns: 1 or more.
    /// - Throws: `SoundError.cannotWrite`, `.invalidParameter`.
    public init(path: String, columns: Int) throws(SoundError) {
        guard columns > 0, columns < 1 << 40 else { throw .invalidParameter("an array cannot have \(columns) columns") }
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let opened = FileHandle(forWritingAtPath: path)
        else { throw .cannotWrite(path: path, reason: "it cannot be created") }
        self.path = path
        self.columns = columns
        handle = opened
        buffer.append(Self.header(rows: 0, columns: columns))
    }

    /// Appends a row of `columns` floats.
    ///
    /// - Throws: `SoundError.invalidParameter` if the row has a different length, `.cannotWrite`.
    public mutating func append(_ row: Span<Float>) throws(SoundError) {
        guard row.count == columns else {
            throw .invalidParameter("a row of \(row.count) floats does not fit an array of \(columns) columns")
        }
        guard isOpen else { throw .cannotWrite(path: path, reason: "it is already closed") }
        row.withUnsafeBufferPointer { floats in
            for float in floats { withUnsafeBytes(of: float.bitPattern.littleEndian) { buffer.append(contentsOf: $0) } }
        }
        rows += 1
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Completes the header and closes the file.
    ///
    /// - Throws: `SoundError.cannotWrite`.
    public mutating func close() throws(SoundError) {
        guard isOpen else { return }
        isOpen = false
        try flush()
        do {
            try handle.seek(toOffset: 0)
            try handle.write(contentsOf: Self.header(rows: rows, columns: columns))
            try handle.close()
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
    }

    private mutating func flush() throws(SoundError) {
        do {
            try handle.write(contentsOf: buffer)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func header(rows: Int, columns: Int) -> Data {
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
        text += String(repeating: " ", count: headerSize - 10 - 1 - text.utf8.count) + "\n"
        let size = headerSize - 10
        return Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0, UInt8(size & 0xFF), UInt8(size >> 8)]) + Data(text.utf8)
    }
}

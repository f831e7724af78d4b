import CSndFile

/// A part of a file with corrected bytes, as libsndfile reads it. Must outlive the `SNDFILE` that uses it.
final class VirtualFile {
    private let file: ByteSource
    private let patches: [FileLayout.Patch]
    private let range: Range<Int>
    private var position = 0

    init(_ file: ByteSource, patches: [FileLayout.Patch], range: Range<Int>) {
        self.file = file
        self.patches = patches
        self.range = range
    }

    /// - Returns: nil if libsndfile cannot open it; `sf_strerror(nil)` has the reason.
    func open(_ info: inout SF_INFO) -> OpaquePointer? {
        position = 0
        var io = SF_VIRTUAL_IO(
            get_filelen: { VirtualFile.from($0).map { Int64($0.range.count) } ?? 0 },
            seek: { offset, whence, context in VirtualFile.from(context)?.seek(offset, whence) ?? -1 },
            read: { buffer, count, context in VirtualFile.from(context)?.read(buffer, count) ?? 0 },
            write: { _, _, _ in 0 },
            tell: { VirtualFile.from($0).map { Int64($0.position) } ?? -1 })
        return sf_open_virtual(&io, Int32(SFM_READ), &info, Unmanaged.passUnretained(self).toOpaque())
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> VirtualFile? {
        context.map { Unmanaged<VirtualFile>.fromOpaque($0).takeUnretainedValue() }
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        let base =
            switch whence {
            case SEEK_CUR: position
            case SEEK_END: range.count
            default: 0
            }
        position = min(max(0, base + Int(offset)), range.count)
        return Int64(position)
    }

    private func read(_ buffer: UnsafeMutableRawPointer?, _ count: Int64) -> Int64 {
        guard let buffer, count > 0 else { return 0 }
        let start = range.lowerBound + position
        let space = UnsafeMutableRawBufferPointer(start: buffer, count: min(Int(count), range.count - position))
        let got = file.read(start, into: space)
        for patch in patches {
            for (index, byte) in patch.bytes.enumerated() where (start..<start + got).contains(patch.offset + index) {
                space[patch.offset + index - start] = byte
            }
        }
        position += got
        return Int64(got)
    }
}

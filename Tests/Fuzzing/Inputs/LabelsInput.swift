import Datasets
import Music

enum LabelsInput {
    static func check(_ bytes: [UInt8]) {
        let salvage = LabelFile.salvage(data: bytes)
        require(salvage.labels.count == salvage.lines.count, "\(salvage.lines.count) line numbers")
        if let file = try? LabelFile(data: bytes, name: "input") {
            require(salvage.problems.isEmpty && salvage.labels == file.labels, "a valid file has problems")
            for label in file.labels {
                require(label.note.end >= label.note.start && label.note.start.isFinite, "a label runs backwards")
            }
            let written = [UInt8](file.text(.seconds).utf8)
            let copy = try? LabelFile(data: written, name: "copy")
            require(copy?.labels.count == file.labels.count, "the written file is invalid")
        }
        _ = try? CSVRows.read(bytes)
        _ = try? MusicNetMetadata(data: bytes, name: "input")
        let layout = WaveLayout(size: bytes.count) { offset, count in
            guard offset >= 0, count >= 0, offset <= bytes.count - count else { return nil }
            return Array(bytes[offset..<offset + count])
        }
        if let layout {
            require(layout.samples.upperBound <= max(bytes.count, layout.samples.lowerBound), "samples beyond the end")
        }
    }
}

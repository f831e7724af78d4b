import Foundation
import Music

/// One MIDI file that clips can be cut from.
struct RenderSource: Sendable {
    /// Folder as given, with the licence its pieces are under.
    struct Folder: Hashable, Sendable {
        var path: String
        var licence: String
    }

    /// Path of the file.
    var path: String
    /// The folder's last component and the path within it: what the manifest says, and what folds go by.
    var name: String
    var licence: String
    var duration: Double
    var isStrict: Bool

    /// Which of ten parts a piece belongs to: FNV-1a of its name, modulo 10. It depends on nothing but the name, so a piece that is held
    /// back stays held back when others are added.
    static func fold(of name: String) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        // The low bits of FNV-1a see little of the first bytes.
        return Int((hash ^ (hash >> 32)) % 10)
    }
}

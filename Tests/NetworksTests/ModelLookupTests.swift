import Foundation
import Networks
import Testing

@Suite struct ModelLookupTests {
    func withFolder(_ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("lookup-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for folder in [
            "tree/build/release", "tree/Models", "installed", "home/bin", "home/share/noted/models", "Models",
        ] {
            try FileManager.default.createDirectory(
                at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
        }
        try body(root.resolvingSymlinksInPath().path)
    }

    @Test func sourceTreePrecedesInstalledModels() throws {
        try withFolder { root in
            let program = root + "/tree/build/release/noted"
            let installed = root + "/installed/default.safetensors"
            try Data().write(to: URL(fileURLWithPath: installed))
            #expect(try ModelLookup.find(executable: program, systemFolders: [root + "/installed"]) == installed)
            let own = root + "/tree/Models/default.safetensors"
            try Data().write(to: URL(fileURLWithPath: own))
            #expect(try ModelLookup.find(executable: program, systemFolders: [root + "/installed"]) == own)
        }
    }

    /// An installed program uses the models of its own prefix, even if a folder above it is called 'Models'.
    @Test func installedProgramUsesModelsOfItsPrefix() throws {
        try withFolder { root in
            let program = root + "/home/bin/noted"
            let own = root + "/home/share/noted/models/default.safetensors"
            for path in [own, root + "/Models/default.safetensors", root + "/installed/default.safetensors"] {
                try Data().write(to: URL(fileURLWithPath: path))
            }
            #expect(try ModelLookup.find(executable: program, systemFolders: [root + "/installed"]) == own)
        }
    }

    @Test func missingModelErrorSuggestsRemedy() throws {
        try withFolder { root in
            let error = #expect(throws: ModelError.self) {
                try ModelLookup.find(executable: root + "/tree/build/release/noted", systemFolders: [root + "/none"])
            }
            #expect(error?.description.contains("--model") == true)
            #expect(error?.description.contains(root + "/none") == true)
        }
    }
}

import NotedDaemon

enum ConfigurationInput {
    static func check(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        do {
            let settings = try ConfigurationFile.parse(text, path: "input")
            require(settings.overridden(by: settings) == settings, "settings differ when given twice")
        } catch {
            require(error.description.contains("input"), "the message does not name the file: \(error)")
        }
    }
}

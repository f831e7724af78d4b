import Foundation
import Testing

@testable import Service

@Suite struct ExampleConfigurationTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../share/noted.yaml.example").standardized.path

    @Test func theExampleSaysNothingAsItIs() throws {
        #expect(try ConfigurationFile.read(Self.path) == Settings())
    }

    /// Every commented key is one that exists, with a value that is allowed.
    @Test func theExampleIsRightWithoutItsComments() throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
            .replacing(/(?m)^#(?! |$)/, with: "").replacing(/(?m)^#  (?=\w+: )/, with: "  ")
        let settings = try ConfigurationFile.parse(text, path: Self.path)
        #expect(settings.maximumClients == 128)
        #expect(settings.clientQueue == ClientSession.Limits().queue)
        #expect(settings.thresholds.gateDBFS == -62)
        #expect(settings.capture.realTime == true)
        #expect(settings.follow == FollowSettings(method: .standard, repeats: .scoreOrder, soundFont: "FluidR3_GM.sf2"))
    }
}

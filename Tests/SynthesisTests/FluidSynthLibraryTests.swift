import Testing

@testable import Synthesis

@Suite struct FluidSynthLibraryTests {
    @Test func aMissingLibraryIsNamedWithWhatToInstall() {
        #expect(throws: SynthesisError.self) { try FluidSynthLibrary.load("libnothing.so.9").get() }
        guard case .failure(let error) = FluidSynthLibrary.load("libnothing.so.9") else { return }
        #expect(error.description.contains("libnothing.so.9") && error.description.contains("libfluidsynth3"))
    }

    @Test func aLibraryWithoutTheFunctionsIsRefused() {
        guard case .failure(let error) = FluidSynthLibrary.load("libc.so.6") else {
            Issue.record("libc has FluidSynth's functions")
            return
        }
        #expect(error.description.contains("undefined symbol"))
    }

    @Test func theInstalledOneHasThemAll() {
        #expect(Synthesizer.isAvailable)
    }
}

import Synthesis
import Testing

@Suite("Soundfonts")
struct SoundFontTests {
    @Test("a missing soundfont is named")
    func missing() {
        #expect(throws: SynthesisError.missingSoundFont(path: "/nowhere.sf2")) {
            _ = try Synthesizer(soundFont: "/nowhere.sf2")
        }
    }

    @Test("a file that is no soundfont is named")
    func bad() {
        #expect(throws: SynthesisError.badSoundFont(path: "/proc/self/exe")) {
            _ = try Synthesizer(soundFont: "/proc/self/exe")
        }
    }
}

import CFluidSynth

/// FluidSynth's functions, loaded when they are first needed.
enum FluidSynthLibrary {
    /// The functions, or why there are none. Loads the library on the first call, which takes some 20 ms.
    static func functions() throws(SynthesisError) -> cfluidsynth_functions { try installed.get() }

    // Constant once made: the functions never change, and the library is never unloaded.
    private static let installed = load(CFLUIDSYNTH_LIBRARY)

    /// - Parameter library: name or path of a shared object.
    static func load(_ library: String) -> Result<cfluidsynth_functions, SynthesisError> {
        var functions = cfluidsynth_functions()
        if let reason = cfluidsynth_load(library, &functions) {
            return .failure(.unavailable("\(String(cString: reason)); install FluidSynth (Debian's libfluidsynth3)"))
        }
        return .success(functions)
    }
}

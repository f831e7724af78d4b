import Foundation

/// The function that libFuzzer, which brings the main function, calls with every input. Scripts/fuzz.sh builds the
/// program and passes libFuzzer's options.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzerTestOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    chosenKind.check([UInt8](UnsafeBufferPointer(start: data, count: size)))
    return 0
}

/// The kind of input that the environment variable NOTED_FUZZ_TARGET names.
///
/// It is not an argument, because libFuzzer starts the program again with its own arguments to merge a corpus and to
/// minimise a finding.
private let chosenKind: InputKind = {
    let variable = "NOTED_FUZZ_TARGET"
    let name = ProcessInfo.processInfo.environment[variable] ?? ""
    if let kind = InputKind(rawValue: name) { return kind }
    let known = InputKind.allCases.map(\.rawValue).joined(separator: ", ")
    FileHandle.standardError.write(Data("\(variable) is '\(name)', but must be one of \(known)\n".utf8))
    exit(64)
}()

/// A way to get sound into this process. Used by the capture thread alone, from `open` to `close`.
protocol Device: AnyObject {
    /// Opens the device. Takes some seconds at most, and less once `stop` is raised. May allocate.
    func open(stop: WakeSignal) throws(DeviceFailure) -> OpenedDevice

    /// Waits for sound, for a fifth of a second at most or until `stop` is raised, and writes what came to the sink.
    /// No allocation, lock or logging of ours.
    func pump(into sink: CaptureSink) -> DeviceProgress

    /// Gives everything back. Safe to repeat, and after a failed `open`.
    func close()
}

/// What an opened device turned out to be.
struct OpenedDevice {
    var format: StreamFormat
    /// As a source specification would name it.
    var name: String
    /// For people.
    var detail: String
}

enum DeviceProgress {
    /// Nothing came.
    case quiet
    /// Sound came.
    case delivered
    /// The sound server moved the stream to the named device.
    case moved(String)
    /// The device has to be opened again.
    case lost(DeviceFailure)
    /// The file or pipe is at its end, before its time if there is a failure.
    case ended(DeviceFailure?)
}

/// Why a device is not open: for people, and whether it can be expected to come by itself.
struct DeviceFailure: Error {
    /// `.waiting` or `.failed`.
    var state: CaptureState
    /// One clause that names the device and says what to do.
    var detail: String

    static func waiting(_ detail: String) -> DeviceFailure { DeviceFailure(state: .waiting, detail: detail) }
    static func failed(_ detail: String) -> DeviceFailure { DeviceFailure(state: .failed, detail: detail) }
}

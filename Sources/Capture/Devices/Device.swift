import Sound

/// A way to get audio into this process. Used only by the capture thread, from `open` to `close`.
protocol Device: AnyObject {
    /// Opens the device. Takes at most a few seconds, and returns early if `stop` is raised. May allocate.
    func open(stop: WakeSignal) throws(DeviceFailure) -> OpenedDevice

    /// Waits at most 0.2 s for audio, or until `stop` is raised, and writes what arrived to the sink. Doesn't allocate,
    /// lock or log, except inside the sound system's library.
    func pump(into sink: CaptureSink) -> DeviceProgress

    /// Releases all resources. May be called repeatedly, and after a failed `open`.
    func close()
}

/// The properties of an opened device.
struct OpenedDevice: Sendable {
    var format: StreamFormat
    /// The device as a source specification.
    var name: String
    /// A sentence for people.
    var detail: String
    /// Which channels are analysed, for a device that mixes them itself; nil if the reader does.
    var channels: ChannelReport?
    /// What is wrong with the source although it can be played: a clause each.
    var warnings: [String] = []
}

/// What a device that mixes and decodes its own audio notices on the way.
enum DeviceRemark: Sendable {
    case channels(ChannelReport)
    /// A clause.
    case warning(String)
}

enum DeviceProgress {
    /// No audio arrived.
    case quiet
    /// Audio was written to the sink.
    case delivered
    /// The sound server moved the stream to the named device.
    case moved(String)
    /// The device must be reopened.
    case lost(DeviceFailure)
    /// The device has something to report, such as another selection of channels. Never returned by a device that
    /// runs with real-time priority, because it allocates.
    case remark(DeviceRemark)
    /// The file or pipe has ended; prematurely if there is a failure.
    case ended(EndFailure?)
}

/// Why a device is not open, and whether it may become available by itself.
struct DeviceFailure: Error {
    /// `.waiting` or `.failed`.
    var state: CaptureState
    /// One clause that names the device and the remedy.
    var detail: String

    static func waiting(_ detail: String) -> DeviceFailure { DeviceFailure(state: .waiting, detail: detail) }
    static func failed(_ detail: String) -> DeviceFailure { DeviceFailure(state: .failed, detail: detail) }
}

import Basics

@testable import Capture

/// A device whose behaviour on the capture thread is scripted by a test.
final class ScriptedDevice: Device {
    let format: StreamFormat
    /// The actions of successive calls of `pump`. After the last one the device is quiet.
    private var steps: [(CaptureSink) -> DeviceProgress]
    private var stop: WakeSignal?

    init(format: StreamFormat = .standardInput, steps: [(CaptureSink) -> DeviceProgress]) {
        self.format = format
        self.steps = steps
    }

    func open(stop: WakeSignal) throws(DeviceFailure) -> OpenedDevice {
        self.stop = stop
        return OpenedDevice(format: format, name: "scripted", detail: "scripted")
    }

    func pump(into sink: CaptureSink) -> DeviceProgress {
        guard !steps.isEmpty else {
            _ = stop?.wait(nanoseconds: 10_000_000)
            return .quiet
        }
        return steps.removeFirst()(sink)
    }

    func close() {}
}

/// Writes samples to a sink as if they had just arrived.
func deliver(
    _ samples: [Int16], at arrival: UInt64? = nil, latency: Int64 = 0
) -> (CaptureSink) -> DeviceProgress {
    { sink in
        sink.write(
            samples, count: samples.count * 2 / sink.frameBytes, arrival: arrival ?? Clock.monotonic, latency: latency)
        return .delivered
    }
}

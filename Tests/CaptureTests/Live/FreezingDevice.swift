import Glibc
import Synchronization

@testable import Capture

/// A device whose thread can be made to do nothing for three seconds, as a stopped process does.
final class FreezingDevice: Device {
    let freeze = Atomic<Bool>(false)
    private let device: any Device

    init(_ device: any Device) { self.device = device }

    func open(stop: WakeSignal) throws(DeviceFailure) -> OpenedDevice { try device.open(stop: stop) }
    func close() { device.close() }

    func pump(into sink: CaptureSink) -> DeviceProgress {
        if freeze.exchange(false, ordering: .relaxed) { usleep(3_000_000) }
        return device.pump(into: sink)
    }
}

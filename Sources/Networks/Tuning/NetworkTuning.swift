/// The filters of a network for instruments that aren't tuned to A4 = 440 Hz.
///
/// Every centre frequency is multiplied by one ratio, so the network sees the same input as from the same music at 440
/// Hz. The audio isn't resampled. At a ratio of 1 the filters are bit-identical to the model's own.
///
/// Built on any thread (about 20 ms for the default model), then handed over to the owner of a network, which takes it
/// between two hops without allocating: see ``StreamingNetwork/retune(_:)``. One owner at a time.
public struct NetworkTuning: @unchecked Sendable {
    public let ratio: Double
    /// The model's own filters, by which a network recognises a tuning that was made for it.
    let original: FilterBank
    let transforms: [BankTransform]

    /// - Parameters:
    ///   - ratio: A4 divided by 440 Hz.
    ///   - copies: one for ``StreamingNetwork``, ``BatchNetwork/tuningCopies`` for ``BatchNetwork``.
    /// - Throws: ``ModelError/notTunable(_:)`` if the model has no filter bank in front, or one that would exceed half
    ///   the sample rate.
    public init(_ info: ModelInfo, ratio: Double, copies: Int = 1) throws(ModelError) {
        let bank = try info.tuned(by: ratio).filterBank()
        self.ratio = ratio
        original = try info.filterBank()
        var transforms: [BankTransform] = []
        for _ in 0..<max(1, copies) { transforms.append(try BankTransform(bank)) }
        self.transforms = transforms
    }
}

extension ModelInfo {
    /// Whether the model's filters can be shifted: whether it begins with a filter bank. Filters that were learned from
    /// waveforms cannot.
    public var isTunable: Bool {
        if case .bank? = architecture.layers.first { true } else { false }
    }

    /// This model with the centre frequencies of its filters multiplied by `ratio`.
    ///
    /// - Throws: as ``NetworkTuning/init(_:ratio:copies:)``.
    func tuned(by ratio: Double) throws(ModelError) -> ModelInfo {
        var bank = try filterBank()
        bank.lowestHz *= ratio
        guard bank.fits(window) else {
            throw .notTunable("the model '\(name)' has filters above half the sample rate at this tuning")
        }
        var result = self
        result.architecture.layers[0] = .bank(bank)
        return result
    }

    fileprivate func filterBank() throws(ModelError) -> FilterBank {
        guard case .bank(let bank)? = architecture.layers.first else {
            throw .notTunable(
                "the model '\(name)' works at A4 = 440 Hz only, because its filters were learned; use a model with a "
                    + "filter bank, such as the default model")
        }
        return bank
    }
}

extension Model {
    /// The same weights behind filters for another tuning, for engines that are built anew.
    ///
    /// - Parameter ratio: A4 divided by 440 Hz.
    /// - Throws: as ``NetworkTuning/init(_:ratio:copies:)``.
    public func tuned(by ratio: Double) throws(ModelError) -> Model {
        try Model(info: try info.tuned(by: ratio), tensors: tensors)
    }
}

/// Decides from energies whether the mean of a source's channels can be analysed, or whether the channels cancel each
/// other so that one of them must be used instead.
///
/// A decision takes a while. A deficit of the mean (``ChannelEnergies/deficit``) is evidence to the extent that it
/// exceeds 9 dB, and counts by its duration; only sounding audio counts. From 10 dB s on, the channels are cancelling:
/// after half a second if one is inverted, after three seconds if half of the power is left. Once a second of audio has
/// been in order, six times as much evidence is needed, so that tones which happen to cancel in a stereo recording
/// don't count.
///
/// Until the first decision, the selection follows each block at once, so that the first notes of an inverted
/// source aren't missed. Afterwards the strongest channel stays selected for as long as the source is open, unless ten
/// seconds of sounding audio don't cancel any more, or it fails while another channel sounds.
///
/// A pure value. O(channels) per call, no allocation.
struct ChannelArbiter: Sendable {
    private enum Phase: Sendable {
        case undecided, mixing, cancelling
    }

    /// Seconds per evaluation.
    private static let window = 0.05
    private static let tolerance = 9.0
    private static let firstEvidence = 10.0
    private static let laterEvidence = 60.0
    /// Deficits of a single block, in dB, at which an undecided arbiter leaves the mean and returns to it.
    private static let provisional = (leave: 15.0, back: 6.0)
    /// Seconds of sounding audio in order: until the mean is trusted, until a decision is revoked, and with a dead
    /// channel until another is selected.
    private static let (trust, revocation, death) = (1.0, 10.0, 1.0)
    /// The power ratio to the strongest channel below which the selected channel counts as dead (20 dB).
    private static let deadRatio: Float = 0.01

    /// The index of the channel to use; nil for the mean.
    private(set) var selected: Int?
    private var phase = Phase.undecided
    private let rate: Double
    private var energies: ChannelEnergies
    private var evidence = 0.0
    private var inOrder = 0.0
    private var dead = 0.0

    /// - Parameters:
    ///   - channels: 2 or more.
    ///   - rate: frames per second.
    init(channels: Int, rate: Double) {
        self.rate = rate
        energies = ChannelEnergies(channels: channels)
    }

    /// Whether the channels cancel each other.
    var areCancelling: Bool {
        if case .cancelling = phase { true } else { false }
    }

    /// Takes the energies of the next block, of a few milliseconds, before it is mixed.
    mutating func observe(_ block: borrowing ChannelEnergies) {
        if case .undecided = phase, block.isSounding {
            let deficit = block.deficit
            if selected == nil, deficit >= Self.provisional.leave { selected = block.strongest }
            if selected != nil, deficit < Self.provisional.back { selected = nil }
        }
        energies.add(block)
        let seconds = Double(energies.frames) / rate
        guard seconds >= Self.window else { return }
        if energies.isSounding { evaluate(seconds) }
        energies.clear()
    }

    private mutating func evaluate(_ seconds: Double) {
        let deficit = energies.deficit
        switch phase {
        case .undecided, .mixing:
            evidence = max(0, evidence + (deficit - Self.tolerance) * seconds)
            var needed = Self.laterEvidence
            if case .undecided = phase {
                needed = Self.firstEvidence
                if deficit < Self.provisional.back { inOrder += seconds }
            }
            if evidence >= needed {
                (phase, evidence, inOrder, dead) = (.cancelling, 0, 0, 0)
                let strongest = energies.strongest
                // A channel that was selected provisionally stays unless another is much stronger.
                if let selected, energies.low.channels[selected] > energies.low.channels[strongest] / 4 { return }
                selected = strongest
            } else if case .undecided = phase, inOrder >= Self.trust {
                (phase, selected, inOrder) = (.mixing, nil, 0)
            }
        case .cancelling:
            inOrder = deficit < Self.provisional.back / 2 ? inOrder + seconds : 0
            let strongest = energies.strongest
            let isDead =
                selected.map { energies.low.channels[$0] < energies.low.channels[strongest] * Self.deadRatio } ?? false
            dead = isDead ? dead + seconds : 0
            if inOrder >= Self.revocation || (dead >= Self.death && inOrder >= Self.death) {
                (phase, selected, inOrder, evidence) = (.mixing, nil, 0, 0)
            } else if dead >= Self.death {
                (selected, dead) = (strongest, 0)
            }
        }
    }
}

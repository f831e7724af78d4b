import Following
import Networks
import Transcription

/// A change of tuning that is ready to be made: the filters of the network and the tables of the follower.
///
/// Built on any thread (about 30 ms), then handed over to the analysis thread.
struct PreparedTuning: Sendable {
    /// What to prepare.
    struct Order: Sendable {
        /// The model that will be retuned.
        var info: ModelInfo
        /// The frequency of A4 in hertz.
        var a4: Double
        /// The tuning in force before.
        var previous: Double
        /// Those a semitone below and above; nil for those that aren't considered.
        var neighbours: (below: Double?, above: Double?)
        /// Whether the follower shall compare the neighbours.
        var searchesSemitones: Bool
        /// Whether the tuning was estimated rather than set.
        var isEstimated: Bool
    }

    let order: Order
    let transcriber: TranscriberTuning
    let follower: FollowerTuning

    /// - Throws: `ModelError.notTunable` if the model's filters cannot be shifted.
    init(_ order: Order) throws(ModelError) {
        self.order = order
        transcriber = try TranscriberTuning(order.info, a4: order.a4)
        follower = FollowerTuning(a4: order.a4, neighbours: order.neighbours)
    }
}

extension Status {
    /// What has happened since the daemon started. Each only grows.
    public struct Counters: Hashable, Sendable, Decodable, JSONWritable {
        /// Hops analysed.
        public var hops: Int64
        /// Hops that could not be afforded and were skipped.
        public var skippedHops: Int64
        /// Hops at which the silence gate was shut; the network ran all the same.
        public var silentHops: Int64
        /// Times the capture side found the ring full or the device reported an overrun.
        public var overruns: Int64
        /// Samples lost, at 44.1 kHz.
        public var lostFrames: Int64
        public var discontinuities: Int64
        public var reconnects: Int64
        /// Notes begun.
        public var notes: Int64
        /// Connections taken.
        public var connections: Int64
        /// Connections the daemon closed because the client was too slow.
        public var droppedClients: Int64
        public var resyncs: Int64
        /// Lines that were no valid request.
        public var refusedLines: Int64
        /// Scores loaded.
        public var scores: Int64
        /// Times the players went, or were said to have gone, elsewhere in the score.
        public var jumps: Int64
        /// Notes heard that the score had then.
        public var expectedNotes: Int64
        /// Notes heard that the score didn't have then.
        public var unexpectedNotes: Int64
        /// Notes of the score that were not heard.
        public var missedNotes: Int64

        public init(
            hops: Int64 = 0, skippedHops: Int64 = 0, silentHops: Int64 = 0, overruns: Int64 = 0,
            lostFrames: Int64 = 0, discontinuities: Int64 = 0, reconnects: Int64 = 0, notes: Int64 = 0,
            connections: Int64 = 0, droppedClients: Int64 = 0, resyncs: Int64 = 0, refusedLines: Int64 = 0,
            scores: Int64 = 0, jumps: Int64 = 0, expectedNotes: Int64 = 0, unexpectedNotes: Int64 = 0,
            missedNotes: Int64 = 0
        ) {
            self.hops = hops
            self.skippedHops = skippedHops
            self.silentHops = silentHops
            self.overruns = overruns
            self.lostFrames = lostFrames
            self.discontinuities = discontinuities
            self.reconnects = reconnects
            self.notes = notes
            self.connections = connections
            self.droppedClients = droppedClients
            self.resyncs = resyncs
            self.refusedLines = refusedLines
            self.scores = scores
            self.jumps = jumps
            self.expectedNotes = expectedNotes
            self.unexpectedNotes = unexpectedNotes
            self.missedNotes = missedNotes
        }

        enum CodingKeys: String, CodingKey {
            case hops
            case skippedHops = "skipped_hops"
            case silentHops = "silent_hops"
            case overruns
            case lostFrames = "lost_frames"
            case discontinuities, reconnects, notes, connections
            case droppedClients = "dropped_clients"
            case resyncs
            case refusedLines = "refused_lines"
            case scores, jumps
            case expectedNotes = "expected_notes"
            case unexpectedNotes = "unexpected_notes"
            case missedNotes = "missed_notes"
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("hops", hops)
            writer.member("skipped_hops", skippedHops)
            writer.member("silent_hops", silentHops)
            writer.member("overruns", overruns)
            writer.member("lost_frames", lostFrames)
            writer.member("discontinuities", discontinuities)
            writer.member("reconnects", reconnects)
            writer.member("notes", notes)
            writer.member("connections", connections)
            writer.member("dropped_clients", droppedClients)
            writer.member("resyncs", resyncs)
            writer.member("refused_lines", refusedLines)
            writer.member("scores", scores)
            writer.member("jumps", jumps)
            writer.member("expected_notes", expectedNotes)
            writer.member("unexpected_notes", unexpectedNotes)
            writer.member("missed_notes", missedNotes)
            writer.endObject()
        }
    }
}

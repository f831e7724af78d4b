extension Status {
    /// Monotonic counters since the daemon started.
    public struct Counters: Hashable, Sendable, Decodable, JSONWritable {
        /// Hops analysed.
        public var hops: Int64
        /// Hops skipped because of overload.
        public var skippedHops: Int64
        /// Hops below the level at which a note may begin.
        public var silentHops: Int64
        /// Times that the capture ring was full or the device reported an overrun.
        public var overruns: Int64
        /// Samples lost, at 44.1 kHz.
        public var lostFrames: Int64
        public var discontinuities: Int64
        public var reconnects: Int64
        /// Notes started.
        public var notes: Int64
        /// Accepted connections.
        public var connections: Int64
        /// Connections closed because the client was too slow.
        public var droppedClients: Int64
        public var resyncs: Int64
        /// Lines that were not valid requests.
        public var refusedLines: Int64
        /// Scores loaded.
        public var scores: Int64
        /// Position jumps, detected or requested.
        public var jumps: Int64
        /// Played notes that the score had at that position.
        public var expectedNotes: Int64
        /// Played notes that the score did not have at that position.
        public var unexpectedNotes: Int64
        /// Notes of the score that were not played.
        public var missedNotes: Int64
        /// Hops for which the network was not evaluated, because of silence; nil from an older daemon.
        public var restedHops: Int64?
        /// Hops of a live source whose results were ready more than a hop's length after their last sample had arrived;
        /// nil from an older daemon.
        public var lateHops: Int64?

        public init(
            hops: Int64 = 0, skippedHops: Int64 = 0, silentHops: Int64 = 0, overruns: Int64 = 0,
            lostFrames: Int64 = 0, discontinuities: Int64 = 0, reconnects: Int64 = 0, notes: Int64 = 0,
            connections: Int64 = 0, droppedClients: Int64 = 0, resyncs: Int64 = 0, refusedLines: Int64 = 0,
            scores: Int64 = 0, jumps: Int64 = 0, expectedNotes: Int64 = 0, unexpectedNotes: Int64 = 0,
            missedNotes: Int64 = 0, restedHops: Int64? = nil, lateHops: Int64? = nil
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
            self.restedHops = restedHops
            self.lateHops = lateHops
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
            case restedHops = "rested_hops"
            case lateHops = "late_hops"
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
            if let restedHops { writer.member("rested_hops", restedHops) }
            if let lateHops { writer.member("late_hops", lateHops) }
            writer.endObject()
        }
    }
}

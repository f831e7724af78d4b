import Networks

extension ModelReport {
    /// Computes all metrics of a model at a threshold.
    ///
    /// The metrics over all recordings are micro averages, so each recording weighs in proportion to its frames.
    ///
    /// - Parameters:
    ///   - name: the model's name.
    ///   - recordings: scores and labels; each recording has at least one frame.
    ///   - threshold: notes whose score is above the threshold are predicted.
    public init(name: String, info: ModelInfo, recordings: [RecordingFrames], threshold: Double) {
        var whole = FrameScores()
        var multiPitch = MultiPitchScore()
        var rows: [Subset] = []
        var rowsMultiPitch: [MultiPitch] = []
        var groups: [Int: (frames: Int, scores: FrameScores)] = [1: (0, FrameScores()), 3: (0, FrameScores())]
        for recording in recordings {
            var scores = FrameScores()
            scores.add(recording.scores, truth: recording.truth)
            let own = MultiPitchScore(
                reference: recording.truth, estimate: PianoRoll(scores: recording.scores, above: threshold))
            rows.append(Subset(name: recording.name, frames: recording.count, scores: scores, threshold: threshold))
            rowsMultiPitch.append(MultiPitch(own))
            multiPitch = multiPitch + own
            whole.add(scores)
            for row in 0..<recording.count {
                let labels = recording.truth.labelCount(row: row)
                guard labels > 0 else { continue }
                groups[labels, default: (0, FrameScores())].frames += 1
                groups[labels, default: (0, FrameScores())].scores.add(
                    row, of: recording.scores, truth: recording.truth)
            }
        }
        let frames = recordings.reduce(0) { $0 + $1.count }
        self.init(
            model: name, representation: Representation.name(of: info, fallback: name), window: info.window,
            threshold: threshold, all: Subset(name: "all", frames: frames, scores: whole, threshold: threshold),
            recordings: rows,
            byLabelCount: groups.sorted { $0.key < $1.key }.map { labels, group in
                Subset(
                    name: labels == 1 ? "1 label" : "\(labels) labels", frames: group.frames, scores: group.scores,
                    threshold: threshold)
            },
            multiPitch: MultiPitch(multiPitch), recordingMultiPitch: rowsMultiPitch,
            steps: info.extra["steps"].flatMap { Int($0) },
            windowsSeen: info.extra["windows_seen"].flatMap { Int($0) },
            hours: info.extra["training_seconds"].flatMap { Double($0) }.flatMap { $0.isFinite ? $0 / 3600 : nil })
    }
}

extension ModelReport.Subset {
    init(name: String, frames: Int, scores: FrameScores, threshold: Double) {
        var scores = scores
        let counts = scores.counts(above: threshold)
        let curve = scores.curve()
        self.init(
            name: name, frames: frames, labels: counts.reference, precision: counts.precision, recall: counts.recall,
            averagePrecision: scores.averagePrecision(), recallCurve: curve.recall, precisionCurve: curve.precision)
    }
}

extension ModelReport.MultiPitch {
    init(_ score: MultiPitchScore) {
        self.init(
            accuracy: score.accuracy, totalError: score.totalError, substitution: score.substitutionError,
            miss: score.missError, falseAlarm: score.falseAlarmError)
    }
}

import WebListener
import Wire

/// The metrics of the daemon for Prometheus. Names follow its conventions: base units, `_total` for counters.
struct MetricsPage {
    private let reading: MetricsReading
    private let process: ProcessReading
    private let web: WebCounters.Reading
    private var page = PrometheusText()

    private static let sampleRate = 44_100.0
    /// Buckets from 0.16 ms to 1.3 s.
    private static let octaves = 4...17

    init(_ reading: MetricsReading, process: ProcessReading, web: WebCounters.Reading) {
        self.reading = reading
        self.process = process
        self.web = web
        addDaemon()
        addSource()
        addModel()
        addAnalysis()
        addClients()
        addFollowing()
        addProcess()
    }

    var text: String { page.text }

    private mutating func addDaemon() {
        let status = reading.status
        let version = status.server.split(separator: " ").last.map(String.init) ?? ""
        page.addInfo("noted_build_info", "The running version.", [("version", version)])
        page.add("noted_uptime_seconds", .gauge, "Time since the daemon started.", status.uptimeSeconds)
        page.add("noted_epoch", .gauge, "Number of the current epoch of the clock.", status.epoch)
    }

    private mutating func addSource() {
        let source = reading.status.source
        page.addInfo("noted_source_info", "The source of the audio.", [("source", source.source)])
        page.addStates("noted_source_state", "The state of the source.", current: source.state)
        page.add("noted_source_channels", .gauge, "Channels of the device; 0 if unknown.", source.channels ?? 0)
        page.add("noted_source_sample_rate_hertz", .gauge, "Rate of the device; 0 if unknown.", source.rate ?? 0)
        page.add(
            "noted_source_latency_seconds", .gauge, "Latency that the sound system reports.",
            (source.latencyMilliseconds ?? 0) / 1000)
        page.add(
            "noted_source_realtime", .gauge, "Whether the capture thread has real-time priority.",
            source.isRealTime ? 1 : 0)
        let level = reading.status.level
        page.add("noted_level_rms_dbfs", .gauge, "RMS level of the newest hop.", level.rms)
        page.add("noted_level_peak_dbfs", .gauge, "Peak level of the newest hop.", level.peak)
        let counters = reading.status.counters
        page.add("noted_overruns_total", .counter, "Times that audio was lost in a full buffer.", counters.overruns)
        page.add("noted_lost_frames_total", .counter, "Samples lost, at 44100 per second.", counters.lostFrames)
        page.add(
            "noted_lost_audio_seconds_total", .counter, "Duration of the audio lost.",
            Double(counters.lostFrames) / Self.sampleRate)
        page.add("noted_discontinuities_total", .counter, "Epochs begun after the first.", counters.discontinuities)
        page.add("noted_source_reconnects_total", .counter, "Times the source was opened again.", counters.reconnects)
    }

    private mutating func addModel() {
        guard let model = reading.status.model else { return }
        page.addInfo("noted_model_info", "The model that is running.", [("name", model.name), ("path", model.path)])
        page.add(
            "noted_model_lookahead_seconds", .gauge, "Audio after a note that the model needs.",
            model.lookaheadMilliseconds / 1000)
        page.add("noted_model_parameters", .gauge, "Size of the model.", model.parameters)
    }

    private mutating func addAnalysis() {
        let counters = reading.status.counters
        page.add("noted_hops_total", .counter, "Hops of 512 samples analysed.", counters.hops)
        page.add("noted_hops_late_total", .counter, "Hops that took longer than they last.", counters.lateHops ?? 0)
        page.add("noted_hops_skipped_total", .counter, "Hops skipped because of overload.", counters.skippedHops)
        page.add("noted_hops_silent_total", .counter, "Hops below the gate's level.", counters.silentHops)
        page.add(
            "noted_hops_rested_total", .counter, "Hops in which the network rested.", counters.restedHops ?? 0)
        page.add(
            "noted_analysis_cpu_seconds_total", .counter, "Processor time of the analysis thread.",
            reading.analysisSeconds)
        page.add("noted_notes_total", .counter, "Notes begun.", counters.notes)
        page.add("noted_sounding_notes", .gauge, "Notes that are sounding.", reading.status.notes.count)
        page.add(
            "noted_note_delay_seconds", "From the last sample that a note needs to its line on the sockets.",
            reading.delay, octaves: Self.octaves)
        page.add(
            "noted_note_delay_from_sound_seconds",
            "From the sound in the air to a note's line on the sockets, minus the model's lookahead.",
            reading.delayFromSound, octaves: Self.octaves)
    }

    private mutating func addClients() {
        let counters = reading.status.counters
        page.add("noted_clients", .gauge, "Clients connected to the socket.", reading.status.clients)
        page.add("noted_client_connections_total", .counter, "Connections to the socket.", counters.connections)
        page.add("noted_clients_dropped_total", .counter, "Clients dropped as too slow.", counters.droppedClients)
        page.add("noted_client_resyncs_total", .counter, "Snapshots for clients that fell behind.", counters.resyncs)
        page.add("noted_client_lines_refused_total", .counter, "Lines that were not requests.", counters.refusedLines)
        page.add("noted_client_queue_bytes", .gauge, "Longest queue of a client.", reading.largestQueue)
        page.add("noted_http_connections", .gauge, "Open HTTP connections.", web.connections)
        page.add(
            "noted_http_connections_refused_total", .counter, "HTTP connections beyond the limit.",
            web.refusedConnections)
        page.add(
            "noted_http_accept_errors_total", .counter, "HTTP connections not accepted, for want of descriptors.",
            web.acceptErrors)
        page.addSeries(
            "noted_http_responses_total", .counter, "HTTP responses.", label: "code",
            web.responses.sorted { $0.key < $1.key }.map { ("\($0.key)", $0.value) })
    }

    private mutating func addFollowing() {
        let counters = reading.status.counters
        page.add("noted_scores_loaded_total", .counter, "Scores loaded.", counters.scores)
        page.add("noted_follow_jumps_total", .counter, "Jumps of the position.", counters.jumps)
        page.add("noted_notes_expected_total", .counter, "Notes that the score has.", counters.expectedNotes)
        page.add("noted_notes_unexpected_total", .counter, "Notes that the score lacks.", counters.unexpectedNotes)
        page.add("noted_notes_missed_total", .counter, "Notes of the score not played.", counters.missedNotes)
        if let score = reading.status.score {
            page.addInfo("noted_score_info", "The loaded score.", [("name", score.name), ("method", score.method)])
        }
        page.addStates("noted_follow_state", "The state of the follower.", current: reading.status.follow?.state)
        guard let follow = reading.status.follow else { return }
        page.add("noted_follow_paused", .gauge, "Whether a client paused the follower.", follow.isPaused ? 1 : 0)
        page.add("noted_follow_beat", .gauge, "Position in quarter notes from the beginning.", follow.position.beat)
        page.add("noted_follow_measure", .gauge, "Number of the current measure.", follow.position.measure)
        page.add(
            "noted_follow_confidence", .gauge, "Probability that the position is right.", follow.position.confidence)
        page.add(
            "noted_follow_hop_seconds", .gauge, "Recent cost of following per hop.", follow.hopMilliseconds / 1000)
    }

    private mutating func addProcess() {
        page.add("process_cpu_seconds_total", .counter, "Processor time used.", process.usage.processorSeconds)
        page.add("process_resident_memory_bytes", .gauge, "Resident memory.", process.usage.residentBytes)
        page.add("process_virtual_memory_bytes", .gauge, "Virtual memory.", process.virtualBytes)
        page.add("process_open_fds", .gauge, "Open file descriptors.", process.descriptors)
        page.add("process_max_fds", .gauge, "Limit of open file descriptors.", process.maximumDescriptors)
        page.add("process_threads", .gauge, "Threads.", process.threads)
        page.add("process_start_time_seconds", .gauge, "Unix time of the start.", process.startTime)
    }
}

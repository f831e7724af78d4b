import Testing
import WebListener
import Wire

@testable import NotedDaemon

@Suite struct MetricsPageTests {
    private static func page() -> String {
        var delay = LatencyHistogram()
        for seconds in [0.0001, 0.001, 0.01, 0.1, 10] { delay.record(seconds) }
        let status = Status(
            server: "noted 9.8", processID: 1, uptimeSeconds: 12.5, epoch: 3, sample: 0,
            source: .init(source: "file:a\"b\\c\nd", state: .stalled, detail: "", rate: 48_000),
            model: .init(name: "m", path: "/m", lookaheadMilliseconds: 151, window: 16384, hop: 512, parameters: 7),
            notes: [60], level: .init(rms: -20, peak: -6), delay: .init(LatencyHistogram()),
            cpu: .init(percent: 1, analysisPercent: 1, residentBytes: 1),
            counters: .init(hops: 1000, lostFrames: 44_100, restedHops: 7, lateHops: 5), clients: 2)
        var web = WebCounters.Reading()
        web.responses = [404: 1, 200: 3]
        return MetricsPage(
            MetricsReading(
                status: status, delay: delay, delayFromSound: LatencyHistogram(), analysisSeconds: 0.25,
                largestQueue: 17),
            process: .now(uptime: 12.5), web: web
        ).text
    }

    @Test func namesAndUnitsFollowTheConventions() {
        let lines = Self.page().split(separator: "\n")
        var kinds: [Substring: Substring] = [:]
        for line in lines where line.hasPrefix("# TYPE ") {
            let words = line.split(separator: " ")
            #expect(kinds[words[2]] == nil, "\(words[2]) is declared twice")
            kinds[words[2]] = words[3]
        }
        for (name, kind) in kinds {
            #expect((kind == "counter") == name.hasSuffix("_total"), "\(name) is a \(kind)")
            #expect(name.hasPrefix("noted_") || name.hasPrefix("process_"))
            #expect(!name.contains("_ms") && !name.contains("milli"))
        }
    }

    @Test func valuesAreThoseOfTheStatus() {
        let lines = Self.page().split(separator: "\n")
        for line in [
            "noted_hops_total 1000", "noted_hops_late_total 5", "noted_hops_rested_total 7",
            "noted_lost_audio_seconds_total 1.0", "noted_clients 2", "noted_uptime_seconds 12.5",
            "noted_model_lookahead_seconds 0.151", "noted_source_state{state=\"stalled\"} 1",
            "noted_source_state{state=\"running\"} 0", "noted_build_info{version=\"9.8\"} 1",
            "noted_source_info{source=\"file:a\\\"b\\\\c\\nd\"} 1", "noted_client_queue_bytes 17",
            "noted_http_responses_total{code=\"200\"} 3", "noted_http_responses_total{code=\"404\"} 1",
        ] {
            #expect(lines.contains(Substring(line)), "no line \(line)")
        }
    }

    @Test func histogramsAreCumulative() {
        let lines = Self.page().split(separator: "\n")
        let buckets = lines.filter { $0.hasPrefix("noted_note_delay_seconds_bucket") }
        let counts = buckets.compactMap { Int($0.split(separator: " ").last ?? "") }
        #expect(counts.first == 1 && counts.last == 5)
        #expect(counts == counts.sorted() && counts.count == buckets.count)
        #expect(buckets.last == "noted_note_delay_seconds_bucket{le=\"+Inf\"} 5")
        #expect(lines.contains("noted_note_delay_seconds_count 5"))
        #expect(lines.contains { $0.hasPrefix("noted_note_delay_seconds_sum 10.11") })
    }

    @Test func countsUpToAnOctaveAreExact() {
        var histogram = LatencyHistogram()
        for octave in 0...12 { histogram.record(LatencyHistogram.bound(ofOctave: octave)) }
        for octave in 0...12 { #expect(histogram.count(atMostOctave: octave) == octave + 1, "octave \(octave)") }
        #expect(histogram.count(atMostOctave: 99) == 13)
    }

    @Test func readsTheProcess() {
        let reading = ProcessReading.now(uptime: 1)
        #expect(reading.threads >= 1 && reading.descriptors >= 3 && reading.virtualBytes > reading.usage.residentBytes)
        #expect(reading.maximumDescriptors > 0 && reading.startTime > 1e9)
    }
}

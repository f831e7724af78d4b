import Basics
import Capture
import Foundation
import Logging
import Networks
import Sound
import Testing
import Wire

@testable import NotedDaemon

@Suite struct ConfigurationTests {
    private func parse(_ text: String) throws(DaemonError) -> Settings {
        try ConfigurationFile.parse(text, path: "noted.yaml")
    }

    @Test func allKeysAreParsed() throws {
        let settings = try parse(
            """
            # a comment
            source: pulse:mic
            model: /models/a.safetensors
            score: /music/a.mid
            follow:
              method: arzt
              repeats: nearest
              soundfont: /dev/null
            a4: 427.5
            socket: "/run/x/socket"
            http: "[::1]:9464"
            log_level: debug
            max_clients: 5
            client_queue: 65536
            thresholds:
              on: 0.6
              off: 0.25
              onset: 0.5
              minimum_duration: 0.06
              gate: -55.5
            capture:
              fragment: 0.02
              stall_after: 1
              realtime: no
              pulse_server: unix:/x
            """)
        #expect(settings.source == .pulse("mic"))
        #expect(settings.model == "/models/a.safetensors")
        #expect(settings.score == "/music/a.mid")
        #expect(settings.follow == FollowSettings(method: .arzt, repeats: .nearest, soundFont: "/dev/null"))
        #expect(settings.tuning == .set(427.5) && settings.a4 == 427.5)
        #expect(settings.socket == "/run/x/socket")
        #expect(settings.http?.description == "[::1]:9464")
        #expect(settings.logLevel == .debug)
        #expect(settings.maximumClients == 5)
        #expect(settings.clientQueue == 65536)
        #expect(
            settings.thresholds
                == ThresholdSettings(on: 0.6, off: 0.25, onset: 0.5, minimumDuration: 0.06, gateDBFS: -55.5))
        #expect(
            settings.capture == CaptureSettings(fragment: 0.02, stallAfter: 1, realTime: false, pulseServer: "unix:/x"))
    }

    @Test func channelsAreNamedOrNumbered() throws {
        for (text, choice) in [
            ("auto", .automatic), ("mix", .mix), ("left", .channel(1)), ("right", .channel(2)), ("12", .channel(12)),
        ] as [(String, ChannelChoice)] {
            let settings = try parse("channel: \(text)")
            #expect(settings.channel == choice)
            #expect(settings.captureOptions.channel == choice)
        }
        #expect(Settings().captureOptions.channel == .automatic)
        #expect(Settings(channel: .mix).overridden(by: Settings()).channel == .mix)
        for text in ["0", "65", "both", "[1, 2]", "", "1.5"] {
            let error = #expect(throws: DaemonError.self) { try parse("source: none\nchannel: \(text)\n") }
            #expect(error?.description.contains(":2: 'channel' is ") == true, "\(String(describing: error))")
        }
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "thresholds:\n", "capture:\n", "follow:\n"])
    func emptyFilesYieldDefaults(text: String) throws {
        #expect(try parse(text) == Settings())
    }

    /// The line, and words that the message must contain.
    @Test(arguments: [
        ("source: pulse\nmodle: x\n", 2, ["'modle'", "model", "thresholds"]),
        ("thresholds:\n  on: 0.4\n  of: 0.2\n", 3, ["'of'", "minimum_duration"]),
        ("follow:\n  method: magic\n", 2, ["'method'", "magic", "standard, dixon, arzt"]),
        ("source: pulse\nfollow:\n  repeat: nearest\n", 3, ["'repeat'", "under 'follow'", "repeats"]),
        ("follow: nearest\n", 1, ["'follow'"]),
        ("score: a\nfollow:\n  soundfont: no-such.sf2\n", 3, ["'soundfont'", "no-such.sf2", "FluidR3_GM.sf2"]),
        ("follow:\n  soundfont: ~/no/such.sf2\n", 2, ["'soundfont'", "~/no/such.sf2"]),
        ("follow:\n  soundfont: [a]\n", 2, ["'soundfont'", "a list"]),
        ("score: [a]\n", 1, ["'score'", "a list"]),
        ("a4: 300\n", 1, ["'a4'", "300", "415", "466", "auto"]),
        ("a4: nan\n", 1, ["'a4'", "nan"]),
        ("source: pulse\na4: [415]\n", 2, ["'a4'", "a list"]),
        ("max_clients: many\n", 1, ["max_clients", "many", "1000"]),
        ("max_clients: 0\n", 1, ["max_clients", "0"]),
        ("max_clients: 1.5\n", 1, ["1.5"]),
        ("\n\nthresholds:\n  on: 1.5\n", 4, ["'on'", "1.5"]),
        ("thresholds:\n  gate: .nan\n", 2, ["'gate'", ".nan"]),
        ("thresholds:\n  on: nan\n", 2, ["'on'", "nan"]),
        ("thresholds:\n  on: 0.2\n  off: 0.4\n", 3, ["'off'", "0.4", "0.2"]),
        ("thresholds: 3\n", 1, ["thresholds"]),
        ("source: [a, b]\n", 1, ["source", "a list"]),
        ("source:\n", 1, ["source"]),
        ("source: cassette\n", 1, ["cassette"]),
        ("http: 9464\n", 1, ["'http'", "'9464'", "127.0.0.1:9464"]),
        ("http:\n", 1, ["http", "127.0.0.1:9464"]),
        ("log_level: loud\n", 1, ["loud", "warning"]),
        ("capture:\n  realtime: perhaps\n", 2, ["realtime", "perhaps"]),
        ("- a\n- b\n", 1, ["key: value"]),
        ("just words\n", 1, ["key: value"]),
        ("source: pulse\n  model: x\n", 2, ["YAML"]),
        ("source: \"pulse\n", 2, ["YAML"]),
        ("a: &x [*x]\n", 1, ["alias"]),
        ("source: pulse\n? source\n", 2, ["'?'", "key: value"]),
        ("source:\n- - ?\n", 2, ["'?'"]),
        ("source: [[[[[[[[[1]]]]]]]]]\n", 1, ["brackets"]),
    ])
    func errorsNameLineAndKey(text: String, line: Int, words: [String]) throws {
        let error = #expect(throws: DaemonError.self) { try self.parse(text) }
        guard case .configuration(let path, let found, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(path == "noted.yaml")
        #expect(found == line)
        let message = "\(error.map(String.init(describing:)) ?? "")"
        #expect(message.hasPrefix("noted.yaml:\(line): "))
        for word in words { #expect(message.contains(word), "\(message)") }
    }

    /// Found by fuzzing: keys of this kind took time that doubled with each level.
    @Test(.timeLimit(.minutes(1)), arguments: ["? - ", "? ", "[{"]) func nestedKeysAreRejectedAtOnce(level: String) {
        let text = String(repeating: "a: 1\n\(String(repeating: level, count: 60))b\n", count: 2)
        #expect(throws: DaemonError.self) { try self.parse(text) }
    }

    @Test func duplicateKeyIsAnError() {
        #expect(throws: DaemonError.self) { try self.parse("source: pulse\nsource: alsa\n") }
    }

    /// Random text yields either settings or an error with a message.
    @Test func randomFilesNeverTrap() {
        var random = SplitMix64(seed: 1)
        let pieces = [
            "source", "model", "thresholds", "on", "off", ":", ": ", "\n", "  ", "- ", "[", "]", "{", "}", "\"", "'",
            "&a", "*a", "!!", "|", ">", "0.5", "-", "~", "#", "%", "\u{0}", "\u{85}", "é", "\t", "? ", "<<", "---",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0..<20, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            do throws(DaemonError) { _ = try parse(text) } catch { #expect(!error.description.isEmpty) }
        }
    }

    @Test func laterFilesOverrideEarlierOnes() throws {
        let folder = try TemporaryFolder()
        let system = try folder.write("source: alsa\nmax_clients: 3\nthresholds: {on: 0.6}\n", to: "a.yaml")
        let user = try folder.write("source: pulse\nthresholds: {off: 0.1}\n", to: "b.yaml")
        let named = try folder.write("thresholds: {on: 0.7}\n", to: "c.yaml")
        let search = ConfigurationSearch(standardFiles: [system, folder.file("missing"), user], namedFile: named)
        let (settings, files) = try search.read()
        #expect(files == [system, user, named])
        #expect(settings.source == .pulse(nil))
        #expect(settings.maximumClients == 3)
        #expect(settings.thresholds == ThresholdSettings(on: 0.7, off: 0.1))
        let overridden = settings.overridden(by: Settings(source: SourceSpec.none))
        #expect(overridden.source == SourceSpec.none)
        #expect(overridden.maximumClients == 3)
    }

    @Test func missingNamedFileIsAnError() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("missing.yaml")
        #expect(throws: DaemonError.configurationUnreadable(path: path, reason: "the file does not exist")) {
            try ConfigurationSearch(standardFiles: [], namedFile: path).read()
        }
    }

    @Test func standardFilesDependOnTheEnvironment() {
        func files(_ environment: [String: String]) -> [String] {
            ConfigurationSearch(environment: environment, namedFile: nil).standardFiles
        }
        let system = ["/etc/noted/noted.yaml", "/etc/xdg/noted/noted.yaml"]
        #expect(files(["HOME": "/home/x"]) == system + ["/home/x/.config/noted/noted.yaml"])
        #expect(files(["HOME": "/home/x", "XDG_CONFIG_HOME": "/c"]) == system + ["/c/noted/noted.yaml"])
        #expect(files([:]) == system)
        #expect(files(["XDG_CONFIG_DIRS": ""]) == system)
        #expect(
            files(["XDG_CONFIG_DIRS": "/a:b:/c", "XDG_CONFIG_HOME": "/h"])
                == ["/etc/noted/noted.yaml", "/c/noted/noted.yaml", "/a/noted/noted.yaml", "/h/noted/noted.yaml"],
            "the first directory is the most important one, and relative ones are ignored")
    }

    /// A key and the hint in the message; nil for none.
    @Test(
        arguments: [
            ("modle: x", "did you mean 'model'?"), ("max-clients: 3", "did you mean 'max_clients'?"),
            ("Source: pulse", "did you mean 'source'?"), ("threshold: {on: 1}", "did you mean 'thresholds'?"),
            ("realtime: yes", "'realtime' belongs under 'capture'"), ("gate: -50", "'gate' belongs under 'thresholds'"),
            ("capture: {stallafter: 3}", "did you mean 'stall_after'?"),
            ("capture: {log_level: info}", "'log_level' belongs at the top level"),
            ("colour: red", nil), ("x: 1", nil), ("\(String(repeating: "model", count: 5000)): 1", nil),
        ] as [(String, String?)])
    func unknownKeysAreCorrected(text: String, hint: String?) {
        let error = #expect(throws: DaemonError.self) { try self.parse(text) }
        let message = error?.description ?? ""
        if let hint { #expect(message.contains(hint), "\(message)") } else { #expect(!message.contains("('")) }
        #expect(!message.contains("did you mean") || hint != nil, "\(message)")
    }

    @Test func endlessFilesAreRejected() {
        #expect(throws: DaemonError.self) { try ConfigurationFile.read("/dev/zero") }
        #expect(throws: DaemonError.self) { try ConfigurationFile.read("/tmp") }
    }

    /// A new key must say what a reload does about it.
    @Test func everyKeyHasAnEffectOnReload() {
        #expect(Settings.keys.map(\.name).sorted() == ConfigurationFile.keyNames.sorted())
    }

    @Test func reportNamesWhatChanged() {
        let old = Settings(source: .pulse(nil), logLevel: .debug, capture: CaptureSettings(fragment: 0.01))
        var new = old
        #expect(
            ReloadReport(files: ["/a"], from: old, to: new, startedWith: old).sentences
                == ["read /a", "nothing has changed"])
        new.source = nil
        #expect(ReloadReport(files: [], from: old, to: new, startedWith: old).restart.isEmpty, "it is the default")
        new.logLevel = nil
        new.socket = "/s"
        new.clientQueue = 1 << 20
        new.thresholds.on = 0.5
        new.capture.realTime = false
        let report = ReloadReport(files: ["/a", "/b"], from: old, to: new, startedWith: old)
        #expect(
            report
                == ReloadReport(
                    files: ["/a", "/b"], changed: ["log_level", "thresholds.on"], nextSource: ["capture.realtime"],
                    restart: ["socket", "client_queue"]))
        #expect(
            report.sentences == [
                "read /a, /b", "changed log_level, thresholds.on",
                "sources opened from now on use the new capture.realtime",
                "restart noted to change socket, client_queue",
            ])
    }

    @Test func offNeverExceedsOn() {
        let model = NoteThresholds(on: 0.4, off: 0.2, onset: 0.4, minimumDuration: 0.05, gateDBFS: -62)
        #expect(ThresholdSettings().applied(to: model) == model)
        #expect(ThresholdSettings(on: 0.1).applied(to: model).off == 0.1)
        #expect(ThresholdSettings(off: 0.6).applied(to: model).on == 0.6)
        #expect(ThresholdSettings(gateDBFS: -40).applied(to: model).gateDBFS == -40)
    }
}

@Suite struct ExampleConfigurationTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../share/noted.yaml.example").standardized.path

    @Test func exampleContainsOnlyDefaults() throws {
        #expect(try ConfigurationFile.read(Self.path) == Settings())
    }

    /// Keys without a fixed default: the example shows a possible value.
    private static let withoutDefault = [
        "model", "score", "socket", "http", "follow.soundfont", "capture.pulse_server",
    ]

    private func uncommented() throws -> String {
        try String(contentsOfFile: Self.path, encoding: .utf8)
            .replacing(/(?m)^#(?! |$)/, with: "").replacing(/(?m)^#  (?=\w+: )/, with: "  ")
    }

    /// The paths in the example need not exist on this machine, except for the soundfont.
    @Test func uncommentedExampleEqualsTheDefaults() throws {
        var settings = try ConfigurationFile.parse(try uncommented(), path: Self.path)
        let changed = Settings.keys.filter { $0.differs(settings, Settings()) }.map(\.name)
        #expect(changed == Settings.keys.map(\.name), "every key is listed")
        settings.thresholds = ThresholdSettings()
        let differing = Settings.keys.filter { $0.differs(settings, Settings.defaults) }.map(\.name)
        #expect(differing == Self.withoutDefault.sorted { keyIndex($0) < keyIndex($1) })
    }

    private func keyIndex(_ name: String) -> Int { Settings.keys.firstIndex { $0.name == name } ?? -1 }

    /// The thresholds of the default model are those of the example.
    @Test func exampleShowsTheThresholdsOfTheDefaultModel() throws {
        let model = try Model(
            contentsOf: URL(fileURLWithPath: Self.path).deletingLastPathComponent()
                .appendingPathComponent("../Models/default.safetensors").standardized.path)
        let settings = try ConfigurationFile.parse(try uncommented(), path: Self.path)
        let shown = settings.thresholds
        let actual = model.info.thresholds
        #expect(shown.on == actual.on && shown.off == actual.off && shown.onset == actual.onset, "\(actual)")
        #expect(shown.minimumDuration == actual.minimumDuration && shown.gateDBFS == actual.gateDBFS, "\(actual)")
    }
}

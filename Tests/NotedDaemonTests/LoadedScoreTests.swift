import Following
import Foundation
import Glibc
import Testing
import Wire

@testable import NotedDaemon

@Suite struct LoadedScoreTests {
    private func failure(_ source: Command.ScoreSource) -> DaemonError? {
        do throws(DaemonError) {
            _ = try LoadedScore(ScoreRequest(source), cache: nil)
            return nil
        } catch { return error }
    }

    @Test func pathAndDataYieldTheSameScore() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(TestScore.marked, to: "marked.xml")
        let byPath = try LoadedScore(ScoreRequest(.path(path)), cache: nil).description
        #expect(byPath.path == path)
        #expect(byPath.name == "marked.xml")
        #expect(byPath.labels == ["A", "Coda"])
        #expect(byPath.measures == 4 && byPath.firstMeasure == "0" && byPath.lastMeasure == "3a")
        #expect(byPath.beats == 16 && byPath.notes == 6 && byPath.events == 6)
        var byData = try LoadedScore(
            ScoreRequest(.data(name: "../x/marked.xml", bytes: Array(TestScore.marked.utf8)))
        ).description
        #expect(byData.path == "")
        byData.path = byPath.path
        #expect(byData == byPath)
    }

    @Test func missingFileIsReportedAsMissing() {
        guard case .score(let reason, true) = failure(.path("/nowhere/x.mid")) else {
            Issue.record("a missing score was loaded")
            return
        }
        #expect(reason.contains("/nowhere/x.mid"))
    }

    @Test(arguments: ["", "MThd", "<score-partwise/>", "**kern\n*-\n", "**kern\n4r\n*-\n", "hello"])
    func invalidScoresAreRejected(text: String) {
        guard case .score(let reason, false) = failure(.data(name: "odd\n\u{7}name", bytes: Array(text.utf8))) else {
            Issue.record("'\(text)' was loaded")
            return
        }
        #expect(!reason.contains("\n"))
    }

    @Test func singleNoteIsAScore() throws {
        let score = try LoadedScore(ScoreRequest(.data(name: "one.krn", bytes: Array("**kern\n4c\n*-\n".utf8))))
        #expect(score.description.notes == 1)
    }

    @Test func pipesDevicesAndHugeFilesAreRejected() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.file("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let giant = folder.file("giant.mid")
        #expect(FileManager.default.createFile(atPath: giant, contents: nil))
        #expect(truncate(giant, 65 << 20) == 0)
        for path in [pipe, "/dev/zero", giant] {
            guard case .unsuitableScore(let name, _) = failure(.path(path)) else {
                Issue.record("\(path) was read")
                continue
            }
            #expect(name == path)
        }
    }

    @Test func scoreLongerThanADayIsRejected() throws {
        let text = "**kern\n*MM1\n" + (1...400).map { "=\($0)\n0c\n0d\n" }.joined() + "*-\n"
        guard case .unsuitableScore(_, let reason) = failure(.data(name: "long.krn", bytes: Array(text.utf8))) else {
            // A limit of the tempo may shorten the score.
            let score = try LoadedScore(ScoreRequest(.data(name: "long.krn", bytes: Array(text.utf8))))
            #expect(score.description.durationSeconds <= LoadedScore.durationLimit)
            return
        }
        #expect(reason.contains("24"))
    }

    @Test func requestOptionsOverrideTheConfiguration() throws {
        let defaults = FollowSettings(method: .dixon, repeats: .nearest)
        let request = ScoreRequest(.path("/a"), .init(method: .arzt), defaults: defaults)
        #expect(request.options == FollowingOptions(method: .arzt, repeats: .nearest))
        #expect(ScoreRequest(.path("/a/b\n.mid")).name == "b .mid")
    }
}

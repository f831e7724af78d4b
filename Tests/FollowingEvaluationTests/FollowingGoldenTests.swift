import FollowingEvaluation
import Foundation
import Testing

/// Synthetic traces, with the statistics that Golden/generate_following.py computes for them.
@Suite struct FollowingGoldenTests {
    private static let tolerance = 1e-6

    struct Case: Decodable {
        var kind: String
        var reference: [[Double]]
        var rows: [[Double]]
        var arrival: ErrorFigures?
        var position: ErrorFigures
    }

    private static func cases() throws -> [Case] {
        let url = try #require(Bundle.module.url(forResource: "Golden/following", withExtension: "json"))
        return try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    }

    @Test func statisticsMatchTheDefinitions() throws {
        let cases = try Self.cases()
        #expect(cases.count == 5)
        for golden in cases {
            let reference = try #require(
                FollowingReference(
                    onsets: golden.reference.map { .init(beat: $0[0], scoreSeconds: $0[1], seconds: $0[2]) }))
            let trace = try #require(
                FollowingTrace(rows: golden.rows.map { Traces.row($0[0], beat: $0[1]) }))
            let errors = FollowingErrors(of: trace, against: reference)
            expectSame(ErrorFigures(errors.position), golden.position, golden.kind)
            #expect((errors.arrival == nil) == (golden.arrival == nil))
            if let found = errors.arrival, let expected = golden.arrival {
                expectSame(ErrorFigures(found), expected, golden.kind)
            }
        }
    }

    private func expectSame(_ found: ErrorFigures, _ expected: ErrorFigures, _ kind: String) {
        #expect(found.onsets == expected.onsets && found.missed == expected.missed, "\(kind)")
        let optional: [(String, KeyPath<ErrorFigures, Double?>)] = [
            ("median", \.median), ("90th percentile", \.percentile90), ("mean", \.mean), ("bias", \.bias),
        ]
        for (name, path) in optional {
            let difference = (found[keyPath: path] ?? .nan) - (expected[keyPath: path] ?? .nan)
            #expect(abs(difference) < 1000 * Self.tolerance, "\(name) of \(kind)")
        }
        let shares: [KeyPath<ErrorFigures, Double>] = [\.within50, \.within100, \.within250, \.within500]
        for path in shares {
            #expect(abs(found[keyPath: path] - expected[keyPath: path]) < Self.tolerance, "a share of \(kind)")
        }
    }
}

import Basics
import Testing

@testable import Following

/// Compares twins with a scan of all events.
@Suite struct EventTwinsTests {
    /// The events with the same `length` predecessors, in the order of the score.
    private static func scan(_ signatures: [Int], _ event: Int, length: Int) -> [Int] {
        signatures.indices.filter { other in
            if other == event { return true }
            guard min(other, event) >= length else { return false }
            return (1...length).allSatisfy { signatures[other - $0] == signatures[event - $0] }
        }
    }

    private static func preferred(_ policy: RepeatPolicy, _ places: [Int], from here: Int) -> Int? {
        switch policy {
        case .scoreOrder: places.first { $0 > here } ?? places.first
        case .nearest: places.min { abs($0 - here) < abs($1 - here) }
        case .evidence: nil
        }
    }

    private static func expectEqual(_ signatures: [Int], _ random: inout SplitMix64) {
        let twins = EventTwins(signatures: signatures)
        for event in signatures.indices {
            let length = 1 + Int(random.next() % UInt64(signatures.count + 2))
            for length in [1, 2, 3, length] {
                let places = scan(signatures, event, length: length)
                let group = twins.group(of: event, length: length)
                #expect((0..<group.count).map { twins.event(of: group, at: $0) } == places)
                let here = Int(random.next() % UInt64(signatures.count + 2)) - 1
                #expect(twins.count(in: group, before: here) == places.count { $0 < here })
                for policy in RepeatPolicy.allCases {
                    #expect(
                        policy.preferred(among: group, of: twins, from: here)
                            == preferred(policy, places, from: here))
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 7])
    func matchesAScan(alphabet: UInt64) {
        var random = SplitMix64(seed: alphabet)
        for count in [1, 2, 3, 4, 5, 8, 17, 40] {
            for _ in 0..<5 {
                Self.expectEqual((0..<count).map { _ in Int(random.next() % alphabet) - 1 }, &random)
            }
        }
    }

    @Test func matchesAScanOfASectionThatOccursThreeTimes() {
        var random = SplitMix64(seed: 9)
        let section = (0..<20).map { _ in Int(random.next() % 5) }
        let bridge = (0..<7).map { _ in Int(random.next() % 5) }
        Self.expectEqual(section + section + bridge + section, &random)
    }

    /// A score that repeats one note for hours is prepared quickly.
    @Test func aLongOstinatoIsPreparedQuickly() {
        let twins = EventTwins(signatures: [Int](repeating: 3, count: 20_000))
        let group = twins.group(of: 15_000, length: 100)
        #expect(group.count == 19_900)
        #expect(twins.event(of: group, at: 0) == 100 && twins.event(of: group, at: 19_899) == 19_999)
    }
}

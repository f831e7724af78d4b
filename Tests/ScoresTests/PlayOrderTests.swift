import Basics
import Scores
import Testing

/// Tests on structures written as letters; see `Sketch.marks`.
@Suite("Order of play")
struct PlayOrderTests {
    private func order(_ text: String, _ unfolding: Score.Unfolding = .written) throws -> String {
        let tokens = text.split(separator: " ")
        let letters = tokens.map { $0.first { $0.isUppercase && $0.isLetter } ?? "?" }
        return try PlayOrderTests.order(Sketch.marks(text), unfolding).map { String(letters[$0]) }.joined()
    }

    /// Unfolds a score with measures of one quarter each.
    private static func order(_ marks: [Score.Structure.Marks], _ unfolding: Score.Unfolding) throws -> [Int] {
        Score.Structure(marks: marks).order(unfolding).measures
    }

    @Test(
        "unfolds repeats and jumps as written",
        arguments: [
            // Repeats.
            ("A B C", "ABC"), ("|:A B:| C", "ABABC"), ("A B:| C", "ABABC"), ("A |:B:| C", "ABBC"), ("|:A:|3 B", "AAAB"),
            // Without |:, a repeat starts after the last :|.
            ("|:A:| B:| C", "AABBC"), ("A:| B:| C:|", "AABBCC"),
            // Nested repeats.
            ("|:A |:B:| C:|", "ABBCABBC"), ("|:A |:B |:C:| D:| E:| F", "ABCCDBCCDEABCCDBCCDEF"),
            // An unclosed |: is ignored.
            ("A |:B C", "ABC"),
            // Endings.
            ("|:A B[1]:| C[2] D", "ABACD"), ("A B[1]:| C[2] D", "ABACD"), ("|:A B[1]:| C[2]", "ABAC"),
            ("|:A B[1,2]:| C[3] D", "ABABACD"), ("|:A B[1]:| C[2]:| D[3]", "ABACAD"), ("|:A B[1]:| C[2] D", "ABACD"),
            ("|:A B[1 C]:| D[2 E] F", "ABCADEF"), ("|:A B[1,3]:| C[2]:| D[4] E", "ABACABADE"),
            // A single first ending is skipped the second time.
            ("|:A B[1]:| C D", "ABACD"),
            // Unclosed first and last brackets.
            ("|:A B[1]:| C[2 D", "ABACD"), ("|:A B[1:| C[2] D", "ABACD"),
            // Two groups of endings, the second without |:.
            ("|:A B[1]:| C[2] D E[1]:| F[2] G", "ABACDEDFG"),
            // Both brackets have number 1, or unreadable numbers.
            ("|:A B[1]:| C[1] D", "ABACD"), ("|:A B[]:| C[] D", "ABACD"),
            // A second bracket alone: what comes before is played without it first.
            ("A B:| C[2] D", "ABABCD"), ("A |:B:| C[2] D E:|", "ABBCDEDE"), ("|:A B[2] C", "ABC"),
            // A repeat that begins in the second bracket.
            ("A B[1]:| |:C[2] D:| E", "ABACDCDE"),
            // A first bracket over the first of several measures.
            ("A B[1] C:| D[2] E", "ABCADE"), ("A B[1] C D:| E[2]", "ABCDAE"),
            // A repeat within a bracket.
            ("|:A B[1 |:C:| D]:| E[2]", "ABCCDAE"), ("|:A B[1 |:C D:| E]:| F[2 G]", "ABCDCDEAFG"),
            // A pass without its own bracket takes the first.
            ("|:A B[1]:| C[3] D", "ABABACD"),
            // Da capo and dal segno; after the jump, no repeats and the last ending.
            ("A B C/DC", "ABCABC"), ("A B! C/DCF", "ABCAB"), ("A B! C/DC", "ABCAB"), ("|:A:| B! C/DCF", "AABCAB"),
            ("|:A B[1]:| C[2]! D/DCF", "ABACDAC"), ("A $B C! D/DSF E", "ABCDBC"), ("A $B C D/DS E", "ABCDBCDE"),
            // Fine counts only after a jump.
            ("A B! C", "ABC"),
            // To the coda, with repeats before and after.
            ("A B> C/DCC @D E", "ABCABDE"), ("A $B> C/DSC @D |:E:|", "ABCBDEE"), ("A B> C/DC @D", "ABCABD"),
            ("|:A B[1]:| $C[2] D> E/DSC @F", "ABACDECDF"),
            // Two coda signs without words: the first leads to the second.
            ("A B@ C/DC @D", "ABCABD"),
            // A jump within a repeat is taken in its last pass.
            ("|:A! B:|/DCF", "ABABA"), ("A! |:B C:|/DCF", "ABCBCA"),
            // Al coda without a coda continues; without a segno, there is no jump.
            ("A B/DCC C", "ABABC"), ("A B/DS C", "ABC"),
            // Repeats that are taken after jumps, too.
            ("|:A:|* B! C/DCF", "AABCAAB"), ("|:A B[1]:|* C[2]! D/DCF", "ABACDABAC"),
            // A minuet without Fine ends where the trio began.
            ("|:A B:| |:=C D:|/DC", "ABABCDCDAB"), ("A B =C/DC =D/DC", "ABCABDAB"), ("A B! =C D/DC", "ABCDAB"),
            // Words in the last measure but one are meant for the last, but not before a coda or at a repeat sign.
            ("A! B/dcf C", "ABCA"), ("A> B/dcc @C", "ABAC"), ("A! B:|/dcf C", "ABABA"), ("A! B/DCF C", "ABA"),
            // Several jumps, each taken once.
            ("A B/DC C/DC", "ABABCABC"), ("A $B C/DS D/DC E", "ABCBCDABCDE"),
            // A segno in a movement whose numbers lead on.
            ("$A B> +C D/DSC @E", "ABCDABE"),
            // Repeats, jumps and Fine never leave a movement.
            ("A B +C D:|", "ABCDCD"), ("A +B! C/DCF +D E", "ABCBDE"), ("|:A B +C:|", "ABCC"),
            // A separately numbered trio returns to the minuet.
            ("A B! +C D/DCF +E", "ABCDABE"),
        ])
    func written(text: String, expected: String) throws {
        #expect(try order(text) == expected)
    }

    @Test(
        "without repeats",
        arguments: [
            ("|:A B:| C", "ABC"), ("|:A B[1]:| C[2] D", "ACD"), ("|:A B[1]:| C D", "ACD"), ("|:A |:B:| C:|", "ABC"),
            ("|:A:| B! C/DCF", "ABCAB"), ("|:A B[1,2]:| C[3] D", "ACD"),
        ])
    func withoutRepeats(text: String, expected: String) throws {
        #expect(try order(text, .withoutRepeats) == expected)
    }

    @Test("plays sections the given number of times, with and without jumps")
    func plays() throws {
        #expect(try order("|:A:| |:B:| C", .plays([1, 2], jumps: true)) == "ABBC")
        #expect(try order("|:A:| |:B:| C", .plays([3], jumps: true)) == "AAABBC")
        #expect(try order("|:A B[1]:| C[2] D", .plays([3], jumps: true)) == "ABABACD")
        #expect(try order("|:A B[1]:| C[2] D", .plays([1], jumps: true)) == "ACD")
        #expect(try order("|:A:| B! C/DCF", .plays([2], jumps: false)) == "AABC")
        #expect(try order("|:A |:B:| C:|", .plays([2, 1], jumps: true)) == "ABCABC")
        #expect(try order("|:A:| B", .plays([0], jumps: true)) == "AB")
    }

    @Test("straight order, and explicit measures")
    func explicit() throws {
        #expect(try order("|:A B[1]:| C[2] D/DC", .straight) == "ABCD")
        #expect(try order("A B C", .measures([2, 0, 9, -1, 0])) == "CAA")
    }

    @Test("sections describe the repeats")
    func sections() {
        let structure = Score.Structure(marks: Sketch.marks("A |:B |:C:| D[1]:| E[2] F"))
        #expect(structure.sections.map(\.measures) == [1..<5, 2..<3])
        #expect(structure.sections.map(\.plays) == [2, 2])
        #expect(structure.sections[0].body == 1..<3)
        #expect(structure.sections[0].endings.map(\.passes) == [[1], [2]])
        #expect(!structure.isStraight)
        #expect(Score.Structure(marks: Sketch.marks("A B")).isStraight)
    }

    @Test("excessive repeats are ignored with a warning")
    func limits() {
        var marks = [Score.Structure.Marks](repeating: .init(), count: 12)
        for index in 0..<6 {
            marks[index].opensRepeat = true
            marks[11 - index].closesRepeat = 100
        }
        let order = Score.Structure(marks: marks).order(.written)
        #expect(order.measures == Array(0..<12))
        #expect(order.warnings.count == 1)
    }

    @Test("for random signs, the order is finite, in range, and contains every printed measure")
    func random() throws {
        var random = SplitMix64(seed: 41)
        for _ in 0..<3_000 {
            let count = Int.random(in: 1...12, using: &random)
            let marks = (0..<count).map { _ in Self.marks(&random) }
            let structure = Score.Structure(marks: marks)
            for section in structure.sections {
                #expect(section.plays >= 1 && section.measures.lowerBound >= 0 && section.measures.upperBound <= count)
                #expect(section.endings.allSatisfy { section.measures.contains($0.measures.lowerBound) })
            }
            #expect(structure.movements.flatMap { Array($0) } == Array(0..<count))
            let written = structure.order(.written).measures
            #expect(!written.isEmpty && written.allSatisfy { (0..<count).contains($0) })
            let once = structure.order(.plays([Int](repeating: 1, count: structure.sections.count), jumps: false))
                .measures
            #expect(zip(once, once.dropFirst()).allSatisfy { $0 < $1 })
            let repeated = structure.order(.plays([], jumps: false)).measures
            // Without jumps, only measures of endings may be skipped.
            let missing = Set(0..<count).subtracting(repeated)
            #expect(
                missing.allSatisfy { m in
                    structure.sections.contains { $0.endings.contains { $0.measures.contains(m) } }
                })
            #expect(structure.order(.straight).measures == Array(0..<count))
        }
    }

    private static func marks(_ random: inout SplitMix64) -> Score.Structure.Marks {
        func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
        var marks = Score.Structure.Marks()
        marks.opensRepeat = chance(15)
        marks.closesRepeat = chance(20) ? Int.random(in: 1...3, using: &random) : nil
        marks.endingBegins =
            chance(15)
            ? (0..<Int.random(in: 0...2, using: &random)).map { _ in Int.random(in: 1...3, using: &random) } : nil
        marks.endingEnds = chance(15)
        marks.segno = chance(8) ? "segno" : nil
        marks.coda = chance(8) ? "coda" : nil
        marks.toCoda = chance(8) ? "coda" : nil
        marks.isFine = chance(8)
        marks.beginsMovement = chance(5)
        if chance(8) {
            marks.jump = .init(
                segno: chance(50) ? "segno" : nil,
                goal: [.unspecified, .fine, .coda][Int.random(in: 0..<3, using: &random)])
        }
        return marks
    }
}

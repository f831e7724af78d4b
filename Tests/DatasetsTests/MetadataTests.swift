import Basics
import Datasets
import Testing

private func read(_ text: String) throws -> MusicNetMetadata {
    try MusicNetMetadata(data: Array(text.utf8), name: "m.csv")
}

private func problem(_ text: String) -> String {
    do {
        _ = try read(text)
        return ""
    } catch { return "\(error)" }
}

@Suite struct MetadataTests {
    private static let header =
        "id,composer,composition,movement,ensemble,source,transcriber,catalog_name,seconds\n"
    private static let sample =
        header + #"""
            1727,Schubert,Piano Quintet in A major,2. Andante,Piano Quintet,European Archive,http://a.example/,OP114,447
            2303,Bach,"Prelude, and ""Fugue""","I.
            Slow",Solo Piano,Museopen,,BWV850,91.5

            1,Dvořák,,,String Quartet,,,,
            """#

    @Test func parsesTheColumns() throws {
        let metadata = try read(Self.sample)
        #expect(metadata.recordings.map(\.id) == ["1727", "2303", "1"])
        let bach = try #require(metadata["2303"])
        #expect(bach.composer == "Bach" && bach.composition == "Prelude, and \"Fugue\"")
        #expect(bach.movement == "I.\nSlow" && bach.ensemble == "Solo Piano" && bach.catalogName == "BWV850")
        #expect(bach.seconds == 91.5)
        #expect(metadata["1"]?.seconds == nil && metadata["1"]?.composer == "Dvořák")
        #expect(metadata["2"] == nil)
    }

    @Test func acceptsColumnsInAnyOrder() throws {
        let metadata = try read("\u{FEFF}Ensemble,id,extra, Composer\r\nSolo Cello,7,x,Bach\r\n")
        #expect(metadata["7"]?.ensemble == "Solo Cello" && metadata["7"]?.composer == "Bach")
    }

    @Test func errorsNameTheLine() {
        #expect(problem("").contains("line 1: the file is empty"))
        #expect(problem("id,composer\n1,Bach\n").contains("column 'ensemble' is missing"))
        #expect(problem(Self.header + "1,Bach,a,b,c,d,e,f,12\n1,Bach\n").contains("line 3: it has 2 fields"))
        #expect(problem(Self.header + "1,Bach,a,b,c,d,e,f,long\n").contains("seconds is 'long'"))
        #expect(problem(Self.header + "1,Bach,a,b,c,d,e,f,nan\n").contains("seconds is 'nan'"))
        #expect(problem(Self.header + "1,\"Bach,a,b,c,d,e,f,1\n").contains("line 2: a quoted field is not terminated"))
        #expect(problem(Self.header + ",Bach,a,b,c,d,e,f,1\n").contains("the id is empty"))
        #expect(problem(Self.header + "1,a,b,c,d,e,f,g,1\n1,a,b,c,d,e,f,g,1\n").contains("id 1 is a duplicate"))
    }

    /// Found by fuzzing: a column that was named twice made rows with too few fields valid.
    @Test func columnsNamedTwiceNeverTrap() throws {
        #expect(problem("id,id,composer,ensemble\n1,2,x,y\n").contains("line 1: it names the column 'id' twice"))
        #expect(problem("id,x,x,composer,ensemble\n1,2,3,4\n").contains("line 2: it has 4 fields"))
        #expect(try read("id,x,x,composer,ensemble\n1,2,3,4,5\n").recordings.map(\.ensemble) == ["5"])
    }

    @Test func randomDamageNeverTraps() {
        var random = SplitMix64(seed: 11)
        let good = Array(Self.sample.utf8)
        var readable = 0
        for _ in 0..<1_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0...20, using: &random)) }
            do {
                let metadata = try MusicNetMetadata(data: bytes, name: "m.csv")
                readable += 1
                #expect(metadata.recordings.allSatisfy { !$0.id.isEmpty && ($0.seconds ?? 0) >= 0 })
            } catch {
                if case .badMetadata(_, let line, let reason) = error {
                    #expect(line >= 1 && line <= 8 && !reason.isEmpty)
                } else {
                    Issue.record("\(error)")
                }
            }
        }
        #expect(readable > 100 && readable < 1_000)
    }
}

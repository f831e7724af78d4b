/// Maps the names of instruments in scores to General MIDI programs.
enum InstrumentNames {
    /// The 0-based program of an instrument name in English, German, French, Italian or Spanish, possibly abbreviated,
    /// or of a MusicXML sound id ("strings.violin"); nil if the name is unknown. Reads its first 200 characters.
    static func program(of name: String) -> Int? {
        let words = name.prefix(200).lowercased().split { !$0.isLetter }.map(String.init)
        guard !words.isEmpty else { return nil }
        // Two-word names first: a bass clarinet is not a bass, and an English horn is not a horn.
        for pair in zip(words, words.dropFirst()) {
            if let program = pairs[pair.0 + " " + pair.1] { return program }
        }
        for word in words {
            if let program = exact[word] { return program }
        }
        let joined = words.joined(separator: " ")
        for (stem, program) in stems where joined.contains(stem) { return program }
        return nil
    }

    private static let pairs: [String: Int] = [
        "bass clarinet": 71, "english horn": 69, "cor anglais": 69, "corno inglese": 69, "englisch horn": 69,
        "bass guitar": 33, "bass drum": 116, "double bass": 43, "string bass": 43, "bass trombone": 57, "bass tuba": 58,
        "steel drums": 114, "pan flute": 75, "tenor sax": 66, "alto sax": 65, "baritone sax": 67, "soprano sax": 64,
        "tenor saxophone": 66, "alto saxophone": 65, "baritone saxophone": 67, "soprano saxophone": 64,
        "tubular bells": 14, "french horn": 60, "viola da": 42, "basso continuo": 43,
    ]

    /// Whole words, which are too short or too often part of other names to be matched as stems.
    private static let exact: [String: Int] = [
        "vl": 40, "vln": 40, "vn": 40, "vlns": 40, "va": 41, "vla": 41, "vc": 42, "vcl": 42, "vlc": 42, "cb": 43,
        "kb": 43,
        "db": 43, "fl": 73, "ob": 68, "cl": 71, "klar": 71, "fg": 70, "fag": 70, "bn": 70, "bsn": 70, "hn": 60,
        "hr": 60,
        "cor": 60, "tr": 56, "trp": 56, "tpt": 56, "trb": 57, "tbn": 57, "pos": 57, "pno": 0, "pf": 0, "kl": 0,
        "cemb": 6,
        "org": 19, "timp": 47, "bass": 43, "alto": 41, "horn": 60, "horns": 60, "harp": 46, "arpa": 46, "lute": 24,
        "oboe": 68, "tuba": 58, "voice": 52, "choir": 52, "chorus": 52, "soprano": 52, "tenor": 52, "sax": 65,
        "bells": 14,
    ]

    /// Stems matched anywhere in the name, in this order: violoncello before violin, bassoon before bass.
    private static let stems: [(String, Int)] = [
        ("violoncel", 42), ("cello", 42), ("contrabassoon", 70), ("kontrafagott", 70), ("controfagotto", 70),
        ("contrabass", 43), ("kontrabass", 43), ("contrebasse", 43), ("contrabbass", 43), ("violone", 43),
        ("bratsche", 41), ("viola", 41), ("violin", 40), ("violon", 40), ("geige", 40), ("fiddle", 110),
        ("string", 48), ("streicher", 48), ("piccolo", 72), ("recorder", 74), ("blockfl", 74), ("flute", 73),
        ("flöte", 73), ("floete", 73), ("flauto", 73), ("flûte", 73), ("flauta", 73), ("hautbois", 68), ("oboe", 68),
        ("bassoon", 70), ("fagott", 70), ("basson", 70), ("fagot", 70), ("clarinet", 71), ("klarinet", 71),
        ("clarinetto", 71), ("saxo", 65), ("flugelhorn", 56), ("flügelhorn", 56), ("cornet", 56), ("trumpet", 56),
        ("trompet", 56), ("tromba", 56), ("trombe", 56), ("trombone", 57), ("tromboni", 57), ("posaune", 57),
        ("tuba", 58),
        ("waldhorn", 60), ("horn", 60), ("corni", 60), ("corno", 60), ("timpani", 47), ("pauken", 47), ("timbales", 47),
        ("harpsichord", 6), ("cembalo", 6), ("clavecin", 6), ("clavichord", 7), ("spinet", 6), ("celesta", 8),
        ("glocken", 9), ("vibra", 11), ("marimba", 12), ("xylo", 13), ("harmonica", 22), ("accord", 21), ("akkord", 21),
        ("bandoneon", 23), ("harmonium", 20), ("organ", 19), ("orgel", 19), ("orgue", 19), ("organo", 19),
        ("guitar", 24),
        ("gitarre", 24), ("guitare", 24), ("chitarra", 24), ("mandolin", 25), ("banjo", 105), ("theorb", 24),
        ("laute", 24),
        ("harfe", 46), ("harpe", 46), ("harp", 46), ("electric piano", 4), ("piano", 0), ("klavier", 0),
        ("pianoforte", 0),
        ("keyboard", 0), ("continuo", 6), ("soprano", 52), ("sopran", 52), ("mezzo", 52), ("tenor", 52),
        ("bariton", 52),
        ("singstimme", 52), ("gesang", 52), ("voice", 52), ("voix", 52), ("chor", 52), ("vocal", 52), ("basso", 43),
    ]
}

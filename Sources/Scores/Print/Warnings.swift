/// Gathers what a reader has to say: each sentence once, at most twenty.
struct Warnings: Sendable {
    static let limit = 20
    private(set) var sentences: [String] = []

    mutating func add(_ sentence: @autoclosure () -> String) {
        guard sentences.count < Self.limit else { return }
        let sentence = sentence()
        if !sentences.contains(sentence) { sentences.append(sentence) }
    }
}

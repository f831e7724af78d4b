import Wire

enum LinesInput {
    static func check(_ bytes: [UInt8]) {
        var whole = LineAssembler(limit: 1 << 12)
        let events = whole.append(bytes)
        // Lines do not depend on how the stream is cut.
        var cut = LineAssembler(limit: 1 << 12)
        var pieces: [LineAssembler.Event] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(1 + Int(rest[rest.startIndex]) % 13)
            pieces += cut.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        require(pieces == events, "\(events.count) events became \(pieces.count)")
        for case .line(let line) in events {
            request(line)
            message(line)
        }
    }

    private static func request(_ line: [UInt8]) {
        guard let request = try? ClientRequest.parse(line) else { return }
        let encoded = request.encoded()
        require(encoded.count(where: { $0 == UInt8(ascii: "\n") }) == 1, "a request takes several lines")
        let copy = try? ClientRequest.parse(encoded.dropLast())
        require(copy == request, "\(request) became \(copy.map { "\($0)" } ?? "invalid")")
    }

    private static func message(_ line: [UInt8]) {
        guard case .response(let id, .success(let value))? = try? ServerLine.parse(line) else { return }
        let encoded = Response.success(id: id, value)
        guard case .response(id, .success(let copy))? = try? ServerLine.parse(encoded.dropLast()) else {
            fatalError("a written response is invalid")
        }
        require(copy == value, "a result changed")
        _ = try? value.decoded(as: Status.self)
    }
}

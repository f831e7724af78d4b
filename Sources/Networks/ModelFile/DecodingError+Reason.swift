extension DecodingError {
    /// What is wrong with a file that could not be decoded, in half a sentence that names the place.
    public static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            let place = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
            return context.debugDescription + (place.isEmpty ? "" : " (at \(place.joined(separator: ".")))")
        @unknown default: return "\(error)"
        }
    }
}

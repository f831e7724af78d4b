import Networks

extension Recipe {
    /// Makes sure that this recipe can go on from a model.
    ///
    /// - Parameters:
    ///   - model: what is taught.
    ///   - path: what messages call it.
    /// - Throws: `TrainingError.base`.
    public func check(startingFrom model: Model, path: String) throws(TrainingError) {
        guard architecture.heads.contains(.sounding) else {
            throw .base(path: path, reason: "it has no outputs for sounding notes")
        }
        var small = self
        small.batch = 1
        do {
            try Trainee(recipe: small, threads: 1).adopt(model)
        } catch {
            throw .base(path: path, reason: "\(error)")
        }
    }
}

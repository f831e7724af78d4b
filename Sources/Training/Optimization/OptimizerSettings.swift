import Foundation

/// The optimiser and its settings, as given in a recipe.
public struct OptimizerSettings: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// Gradient descent, with momentum if `momentum` is above 0. The paper uses 0.
        case sgd
        /// Adam with decoupled weight decay (Loshchilov & Hutter 2019).
        case adamw
    }

    public enum Schedule: String, Codable, Sendable {
        /// A constant rate.
        case constant
        /// Cosine decay from the full rate to 0 over the whole run.
        case cosine
        /// The rate is halved at each step listed in `halvings`, as the paper's authors did by hand.
        case halving
    }

    public var kind: Kind
    public var rate: Double
    public var schedule: Schedule
    /// Number of steps over which the rate rises linearly from 0.
    public var warmup: Int
    public var halvings: [Int]
    public var momentum: Double
    public var beta2: Double
    /// Weight decay: decoupled with `adamw`; with `sgd`, the gradient of (decay / 2) times the sum of squares. Biases
    /// don't decay.
    public var decay: Double
    /// Rate of the filters, relative to `rate`.
    public var filterRate: Double

    enum CodingKeys: String, CodingKey {
        case kind, rate, schedule, warmup, halvings, momentum, beta2, decay
        case filterRate = "filter_rate"
    }

    /// Creates settings with a constant rate, no warm-up and no decay.
    public init(kind: Kind, rate: Double) {
        self.kind = kind
        self.rate = rate
        schedule = .constant
        warmup = 0
        halvings = []
        momentum = kind == .adamw ? 0.9 : 0
        beta2 = 0.999
        decay = 0
        filterRate = 1
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        kind = try values.decode(Kind.self, forKey: .kind)
        rate = try values.decode(Double.self, forKey: .rate)
        schedule = try values.decodeIfPresent(Schedule.self, forKey: .schedule) ?? .constant
        warmup = try values.decodeIfPresent(Int.self, forKey: .warmup) ?? 0
        halvings = try values.decodeIfPresent([Int].self, forKey: .halvings) ?? []
        momentum = try values.decodeIfPresent(Double.self, forKey: .momentum) ?? (kind == .adamw ? 0.9 : 0)
        beta2 = try values.decodeIfPresent(Double.self, forKey: .beta2) ?? 0.999
        decay = try values.decodeIfPresent(Double.self, forKey: .decay) ?? 0
        filterRate = try values.decodeIfPresent(Double.self, forKey: .filterRate) ?? 1
    }

    /// The rate at `step`, counted from 0, of a run of `steps`.
    public func rate(at step: Int, of steps: Int) -> Double {
        let rise = warmup > 0 ? min(1, Double(step + 1) / Double(warmup)) : 1
        switch schedule {
        case .constant: return rate * rise
        case .cosine: return rate * rise * 0.5 * (1 + cos(.pi * min(1, Double(step) / Double(max(1, steps)))))
        case .halving: return rate * rise * pow(0.5, Double(halvings.filter { $0 <= step }.count))
        }
    }
}

import Foundation

/// How weights follow their gradients, as a recipe says it.
public struct OptimizerSettings: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable {
        /// Plain gradient descent, with momentum when `momentum` is above 0: the paper's, with 0.
        case sgd
        /// Adam with decoupled weight decay (Loshchilov & Hutter 2019).
        case adamw
    }

    public enum Schedule: String, Codable, Sendable {
        /// The rate stays what it is.
        case constant
        /// A cosine from the full rate to nothing over the whole run.
        case cosine
        /// Halved at each step listed in `halvings`: the paper's annealing by hand, written down.
        case halving
    }

    public var kind: Kind
    public var rate: Double
    public var schedule: Schedule
    /// Steps over which the rate rises from 0 at first.
    public var warmup: Int
    public var halvings: [Int]
    public var momentum: Double
    public var beta2: Double
    /// Weight decay: decoupled under `adamw`, the gradient of (decay / 2) x the sum of squares under `sgd`. Not of biases.
    public var decay: Double
    /// The rate of the filters, relative to `rate`.
    public var filterRate: Double

    enum CodingKeys: String, CodingKey {
        case kind, rate, schedule, warmup, halvings, momentum, beta2, decay
        case filterRate = "filter_rate"
    }

    /// Constant rate, no warm-up, no decay.
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

    /// The rate at `step` (from 0) of a run of `steps`.
    public func rate(at step: Int, of steps: Int) -> Double {
        let rise = warmup > 0 ? min(1, Double(step + 1) / Double(warmup)) : 1
        switch schedule {
        case .constant: return rate * rise
        case .cosine: return rate * rise * 0.5 * (1 + cos(.pi * min(1, Double(step) / Double(max(1, steps)))))
        case .halving: return rate * rise * pow(0.5, Double(halvings.filter { $0 <= step }.count))
        }
    }
}

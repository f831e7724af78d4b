import Foundation

/// A streaming XML reader that delivers selected elements as trees as soon as they are complete.
///
/// O(n) in the size; besides the document, it needs memory for one tree.
final class XMLNodeReader {
    /// How reading ended.
    enum End: Equatable {
        case complete
        /// `stop()` was called.
        case stopped
        /// The document is damaged at this line.
        case damaged(line: Int)
    }

    /// The maximum nesting depth within a tree; deeper elements are skipped.
    private static let depthLimit = 64

    /// Called at the start of an element outside a tree.
    var onStart: (XMLNode) -> Void = { _ in }
    /// Called with each complete tree.
    var onNode: ((XMLNode) -> Void)?
    /// The trees, if `onNode` is nil.
    private(set) var nodes: [XMLNode] = []
    /// The name of the root element.
    private(set) var root: String?
    /// The names of elements to collect as trees; may be changed while reading.
    var collected: Set<String>

    private let skipped: Set<String>
    // Names of the open elements; trees under construction; number of open elements within a skipped or too deep one.
    private var open: [String] = []
    private var stack: [XMLNode] = []
    private var ignored = 0
    private var isStopped = false

    /// - Parameters:
    ///   - collected: the names of elements to collect as trees.
    ///   - skipped: the names of elements to omit from trees with their content.
    init(collecting collected: Set<String>, skipping skipped: Set<String> = []) {
        self.collected = collected
        self.skipped = skipped
    }

    func parse(_ data: Data) -> End {
        var scanner = XMLScanner(XMLText.decoded(data))
        while !isStopped {
            switch scanner.next(isSkimming: ignored > 0) {
            case .start(let name, let attributes, let isEmpty):
                begin(name, attributes)
                if isEmpty, !isStopped { end() }
            case .end(let name):
                guard open.last == name else { return .damaged(line: scanner.line) }
                end()
            case .text(let text):
                if ignored == 0, !stack.isEmpty { stack[stack.count - 1].text += text }
            case .finished: return open.isEmpty && root != nil ? .complete : .damaged(line: scanner.line)
            case .damaged: return .damaged(line: scanner.line)
            }
            // Ignore everything after the root element.
            if open.isEmpty, root != nil, !isStopped { return .complete }
        }
        return .stopped
    }

    /// Stops reading: no further callbacks are made.
    func stop() { isStopped = true }

    private func begin(_ name: String, _ attributes: [String: String]) {
        if root == nil { root = name }
        open.append(name)
        if ignored > 0 || stack.count >= Self.depthLimit || skipped.contains(name) {
            ignored += 1
        } else if !stack.isEmpty || collected.contains(name) {
            stack.append(XMLNode(name: name, attributes: attributes))
        } else {
            onStart(XMLNode(name: name, attributes: attributes))
        }
    }

    private func end() {
        open.removeLast()
        if ignored > 0 {
            ignored -= 1
            return
        }
        guard let node = stack.popLast() else { return }
        if !stack.isEmpty {
            stack[stack.count - 1].children.append(node)
        } else if let onNode {
            onNode(node)
        } else {
            nodes.append(node)
        }
    }
}

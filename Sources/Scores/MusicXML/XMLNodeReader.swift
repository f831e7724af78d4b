import Foundation

/// Reads XML as a stream and hands over chosen elements as trees, each as soon as it is complete.
///
/// Linear in the size; beside the document itself, memory for one tree.
final class XMLNodeReader {
    /// How a document ended.
    enum End: Equatable {
        case complete
        /// Reading was ended by `stop()`.
        case stopped
        /// What is behind the line is lost.
        case damaged(line: Int)
    }

    /// Elements within one another beyond this depth are left out.
    private static let depthLimit = 64

    /// Called where an element begins that isn't part of a tree.
    var onStart: (XMLNode) -> Void = { _ in }
    /// Called with each complete tree.
    var onNode: ((XMLNode) -> Void)?
    /// The trees, where nobody takes them.
    private(set) var nodes: [XMLNode] = []
    /// The document's outermost element.
    private(set) var root: String?
    /// The elements whose trees are wanted; may be changed on the way.
    var collected: Set<String>

    private let skipped: Set<String>
    // Names of the elements that are open; trees being built; elements open within one that is skipped or too deep.
    private var open: [String] = []
    private var stack: [XMLNode] = []
    private var ignored = 0
    private var isStopped = false

    /// - Parameters:
    ///   - collected: the elements whose trees are wanted.
    ///   - skipped: elements to be left out of trees with all they hold.
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
            // What stands behind the outermost element is nobody's.
            if open.isEmpty, root != nil, !isStopped { return .complete }
        }
        return .stopped
    }

    /// Ends reading: nothing more is called.
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

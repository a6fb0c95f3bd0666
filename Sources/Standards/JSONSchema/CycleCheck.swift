import JSON

/// Refuses schemas that apply themselves to the same value without end (core section 9.4.1).
///
/// Followed are the keywords that always apply their schemas to the value itself. What depends on the value (`then`,
/// dynamic references) is left to the evaluator's bound.
struct CycleCheck {
  private enum Mark { case new, open, done }

  private let program: SchemaProgram
  private var marks: [Mark]

  init(_ program: SchemaProgram) {
    self.program = program
    marks = Array(repeating: .new, count: program.nodes.count)
  }

  mutating func run() throws(SchemaError) {
    for start in program.nodes.indices where marks[start] == .new {
      // Depth first with a stack of its own: references may chain through all schemas of a document.
      var stack = [(node: start, targets: targets(of: start))]
      marks[start] = .open
      while let top = stack.indices.last {
        guard let next = stack[top].targets.popLast() else {
          marks[stack[top].node] = .done
          stack.removeLast()
          continue
        }
        switch marks[next] {
        case .done: break
        case .new:
          marks[next] = .open
          stack.append((next, targets(of: next)))
        case .open: throw failure(stack.map(\.node), closing: next)
        }
      }
    }
  }

  private func targets(of number: Int) -> [Int] {
    guard case .keywords(let keywords) = program.nodes[number].body else { return [] }
    return keywords.flatMap { keyword -> [Int] in
      switch keyword {
      case .reference(let node), .not(let node): [node]
      case .allOf(let nodes), .anyOf(let nodes), .oneOf(let nodes): nodes
      case .condition(let condition): [condition.test]
      default: []
      }
    }
  }

  private func failure(_ path: [Int], closing: Int) -> SchemaError {
    let loop = path.drop { $0 != closing } + [closing]
    let places = loop.map { "#\(program.nodes[$0].pointer)" }.joined(separator: " → ")
    let node = program.nodes[closing]
    return SchemaError(
      uri: program.documents[node.document], pointer: node.pointer,
      message: "The schema applies itself to the same value without end: \(places).")
  }
}

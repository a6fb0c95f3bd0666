import JSON
import JSONSchema

/// Finds the shapes that satisfy some nodes, one for each choice of alternatives.
struct ShapeReader {
  let program: SchemaProgram

  /// Choices of alternatives that are looked at in one place.
  private static let limit = 24

  /// The shapes, in the order of the alternatives; none when the nodes contradict each other.
  func shapes(of nodes: [Int]) -> [Shape] {
    var shapes = [Shape()]
    var visited: Set<Int> = []
    for node in nodes { shapes = extend(shapes, with: node, &visited) }
    return shapes.filter { !$0.isEmpty }
  }

  private func extend(_ shapes: [Shape], with number: Int, _ visited: inout Set<Int>) -> [Shape] {
    // A schema that is applied twice demands nothing more.
    guard visited.insert(number).inserted else { return shapes }
    let node = program.nodes[number]
    let source = node.source.objectValue ?? JSONObject()
    var shapes = shapes
    for index in shapes.indices { shapes[index].note(source) }
    guard case .keywords(let keywords) = node.body else {
      if case .reject = node.body { return [] }
      return shapes
    }
    for keyword in keywords {
      switch keyword {
      case .reference(let target), .dynamicReference(_, let target): shapes = extend(shapes, with: target, &visited)
      case .allOf(let parts): for part in parts { shapes = extend(shapes, with: part, &visited) }
      case .anyOf(let alternatives), .oneOf(let alternatives):
        shapes = Array(
          alternatives.flatMap { alternative in
            var seen = visited
            return extend(shapes, with: alternative, &seen)
          }.prefix(Self.limit))
      case .condition(let condition):
        // As if the test held, and as if it did not; which one is right, validation tells.
        var seen = visited
        let otherwise = condition.otherwise.map { extend(shapes, with: $0, &seen) } ?? shapes
        seen = visited
        let then = extend(shapes, with: condition.test, &seen)
        shapes = Array((otherwise + (condition.then.map { extend(then, with: $0, &seen) } ?? then)).prefix(Self.limit))
      default: for index in shapes.indices { shapes[index].demand(keyword, of: number, source: source) }
      }
    }
    return shapes
  }
}

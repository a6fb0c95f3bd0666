import JSON
import JSONSchema

/// A place of a value, with what the schema demands there.
struct Place {
  let pointer: JSONPointer
  let nodes: [Int]
  let shape: Shape
  /// The same for everything on the way from the root, which may have to be made first.
  let ancestors: [(pointer: JSONPointer, nodes: [Int])]
}

/// Finds the places of a value.
struct PlaceWalker {
  let reader: ShapeReader
  /// Places that are not looked at, nor anything below them.
  let excluded: Set<JSONPointer>

  /// Places that are looked at, and how deep.
  private static let limit = 120, maximumDepth = 6

  /// The places of a value, parents before children.
  func places(of value: JSONValue) -> [Place] {
    var places: [Place] = []
    walk(value, JSONPointer(), [0], [], &places)
    return places
  }

  private func walk(
    _ value: JSONValue, _ pointer: JSONPointer, _ nodes: [Int], _ ancestors: [(JSONPointer, [Int])],
    _ places: inout [Place]
  ) {
    guard places.count < Self.limit, ancestors.count <= Self.maximumDepth, !excluded.contains(pointer) else { return }
    guard let shape = reader.shape(of: nodes, fitting: value) else { return }
    places.append(Place(pointer: pointer, nodes: nodes, shape: shape, ancestors: ancestors))
    let below = ancestors + [(pointer, nodes)]
    switch value {
    case .object(let object):
      for member in object {
        guard let nodes = shape.nodes(ofMember: member.key) ?? shape.additional, !nodes.isEmpty else { continue }
        walk(member.value, pointer.appending(member.key), nodes, below, &places)
      }
    case .array(let elements):
      // Items are alike, except those of a tuple.
      for index in elements.indices.prefix(max(1, shape.prefix.count)) {
        let nodes = shape.nodes(ofItem: index)
        if !nodes.isEmpty { walk(elements[index], pointer.appending(index), nodes, below, &places) }
      }
    case .null, .bool, .number, .string: break
    }
  }
}

extension ShapeReader {
  /// The first shape that a value has as far as its type and its members tell.
  func shape(of nodes: [Int], fitting value: JSONValue) -> Shape? {
    let shapes = shapes(of: nodes)
    return shapes.first { shape in
      guard shape.types.allows(value), shape.listed?.contains(value) ?? true else { return false }
      guard let object = value.objectValue else { return true }
      return shape.required.allSatisfy { object[$0] != nil }
        && (shape.additional != nil || object.allSatisfy { shape.nodes(ofMember: $0.key) != nil })
    } ?? shapes.first
  }
}

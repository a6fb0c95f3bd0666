/// Where along an object's line each reference begins or ends, and how far loops reach out.
struct MapPorts {
  /// One end of a reference.
  struct End: Hashable {
    let edge: Int
    let isTarget: Bool
  }

  /// How far out the loop of a reference within a column runs, from 0; nil for one that crosses the channel.
  private(set) var lanes: [Int?]
  /// How many lanes the loops of each column take.
  private(set) var loopLanes = [0, 0]

  private var positions: [End: Int] = [:]
  private var counts: [MapGraph.Node: Int] = [:]

  /// Orders the ends of all references.
  init(_ graph: MapGraph, _ columns: MapColumns) {
    var ranks: [MapGraph.Node: Int] = [:]
    for column in columns.columns {
      var rank = 0
      for store in column {
        for object in columns.objects[store] {
          ranks[MapGraph.Node(store: store, object: object)] = rank
          rank += 1
        }
      }
    }
    let column = { (node: MapGraph.Node) in columns.column(of: node.store) }
    let rank = { (node: MapGraph.Node) in ranks[node] ?? 0 }
    lanes = [Int?](repeating: nil, count: graph.edges.count)
    assignLanes(graph, column: column, rank: rank)

    struct Side: Hashable {
      let node: MapGraph.Node
      let isLoop: Bool
    }
    var ends: [Side: [(key: [Int], end: End)]] = [:]
    for (index, edge) in graph.edges.enumerated() {
      let isLoop = lanes[index] != nil
      for isTarget in [false, true] {
        let (own, other) = isTarget ? (edge.to, edge.from) : (edge.from, edge.to)
        ends[Side(node: own, isLoop: isLoop), default: []].append(
          (
            Self.key(own: rank(own), other: rank(other), isLoop: isLoop, isTarget: isTarget, index: index),
            End(edge: index, isTarget: isTarget)
          ))
      }
    }
    for (side, members) in ends {
      let sorted = members.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      for (position, member) in sorted.enumerated() { positions[member.end] = 2 * position - (sorted.count - 1) }
      counts[side.node] = max(counts[side.node] ?? 0, sorted.count)
    }
  }

  /// Ports on the fuller side of an object.
  func count(at node: MapGraph.Node) -> Int { counts[node] ?? 0 }

  /// Distance of an end from the middle of its object's line, in half gaps; positive is below.
  func position(of end: End) -> Int { positions[end] ?? 0 }

  /// Whether a reference leaves or enters an object on the right: loops run outside, all others through the channel.
  func isRightSide(of node: MapGraph.Node, _ edge: Int, _ columns: MapColumns) -> Bool {
    let isLeftColumn = columns.column(of: node.store) == 0
    if lanes[edge] == nil { return isLeftColumn }
    return columns.isSingle || !isLeftColumn
  }

  /// Order of ends from top to bottom such that curves of one object do not cross each other beside it.
  private static func key(own: Int, other: Int, isLoop: Bool, isTarget: Bool, index: Int) -> [Int] {
    // Through the channel: by the height of the other end; parallel references keep their order at both ends.
    guard isLoop else { return [other, index] }
    // Loops nest: upward ones first, the nearest on top, then downward ones, the farthest on top.
    if own == other { return [1, index, isTarget ? 1 : 0] }
    return other < own ? [0, -other, index] : [2, -other, -index]
  }

  /// Gives short loops the inner lanes; loops that overlap never share one.
  private mutating func assignLanes(
    _ graph: MapGraph, column: (MapGraph.Node) -> Int, rank: (MapGraph.Node) -> Int
  ) {
    struct Loop {
      let edge: Int
      let column: Int
      let rows: ClosedRange<Int>
    }
    let loops = graph.edges.indices.compactMap { index -> Loop? in
      let (from, to) = (graph.edges[index].from, graph.edges[index].to)
      guard column(from) == column(to) else { return nil }
      let (first, last) = (min(rank(from), rank(to)), max(rank(from), rank(to)))
      return Loop(edge: index, column: column(from), rows: first...last)
    }
    var taken: [(loop: Loop, lane: Int)] = []
    for loop in loops.sorted(by: { ($0.rows.count, $0.edge) < ($1.rows.count, $1.edge) }) {
      let overlapping = taken.filter { $0.loop.column == loop.column && $0.loop.rows.overlaps(loop.rows) }
      let lane = (overlapping.map(\.lane).max() ?? -1) + 1
      taken.append((loop, lane))
      lanes[loop.edge] = lane
      loopLanes[loop.column] = max(loopLanes[loop.column], lane + 1)
    }
  }
}
